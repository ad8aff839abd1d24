package e2e

import (
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

// TestTheLogTellsOfALostRedisOnceEachWay: whatever asks Redis meanwhile, and however often, nobody has to read past it.
func TestTheLogTellsOfALostRedisOnceEachWay(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	r := f.start(t, "REDIS_URL="+redis.URL(), "LOG_LEVEL=debug")
	r.logs(t, "connected to slack")
	before := len(told(r))
	redis.Kill()
	r.logs(t, "redis is away")
	f.reads(t, f.types(t, fakeslack.Alice, documented), "982")
	r.logsTimes(t, "Dequeue error", 3) // all the loops have met with it by then
	redis.Restart()
	r.logs(t, "redis is back")
	f.reads(t, f.types(t, fakeslack.Alice, "alias set shop 126531"), "stands for")
	r.logsTimes(t, `"msg":"command"`, 2)

	var lines []string
	for _, line := range told(r)[before:] {
		if !strings.Contains(line, `"msg":"command"`) && !strings.Contains(line, "an alias was set") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 2 || !strings.Contains(lines[0], "redis is away") || !strings.Contains(lines[1], "redis is back") {
		t.Errorf("the log says\n%s", strings.Join(lines, "\n"))
	}
}

// told are the lines of a replica's log but for those that only LOG_LEVEL=debug brings.
func told(r *replica) (lines []string) {
	for line := range strings.Lines(r.text()) {
		if !strings.Contains(line, `"level":"DEBUG"`) {
			lines = append(lines, line)
		}
	}
	return lines
}
