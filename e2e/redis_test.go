package e2e

import (
	"regexp"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

// expected matches lines that a run with Redis would have, too. A bot may be ready before it logs its connection.
var expected = regexp.MustCompile(`"msg":"(?:command|alias set|connected to slack)"`)

// TestLogReportsLostRedisOnce loses Redis and brings it back: the log has one line for each, whatever uses Redis
// meanwhile.
func TestLogReportsLostRedisOnce(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := addDueDigests(t, redis.URL(), 1, 1)
	addr := freeAddr(t)
	r := f.start(t, append(f.env, "LOG_LEVEL=debug", "HTTP_ADDR="+addr)...)
	r.waitForReady(t, addr)
	r.waitForLog(t, "digest slot closed") // the queue runs for some seconds more
	before := len(withoutDebug(r))
	redis.Kill()
	r.waitForLog(t, "redis unavailable")
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "982")
	r.waitForLogTimes(t, "Dequeue error", 3) // each loop has failed by then
	redis.Restart()
	r.waitForLog(t, "redis available again")
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "alias set shop 126531"), "means task")
	r.waitForLogTimes(t, `"msg":"command"`, 2)

	var lines []string
	for _, line := range withoutDebug(r)[before:] {
		if !expected.MatchString(line) {
			lines = append(lines, line)
		}
	}
	if len(lines) != 2 || !strings.Contains(lines[0], "redis unavailable") ||
		!strings.Contains(lines[1], "redis available again") {
		t.Errorf("the log has\n%s", strings.Join(lines, "\n"))
	}
}

// withoutDebug returns the lines of a replica's log without those of level DEBUG.
func withoutDebug(r *replica) (lines []string) {
	for line := range strings.Lines(r.text()) {
		if !strings.Contains(line, `"level":"DEBUG"`) {
			lines = append(lines, line)
		}
	}
	return lines
}
