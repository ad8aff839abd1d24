package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

// TestDigestListIsTheSameAfterARestore loses a Redis and restores a backup into an empty one, and then into a DATA_DIR.
func TestDigestListIsTheSameAfterARestore(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	redis := "REDIS_URL=" + redistest.Start(t).URL()
	bot := f.start(t, redis)
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "alias add shop 126531"), "shop")
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest add weekdays 09:00 codes shop last 24h"), "is added")
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest add daily 09:30 if any isp >20% for 2 codes task-ab12cd34 last 1h"), "is added")
	watch := strings.TrimPrefix(idIn.FindString(string(m.Blocks)), "digest run ")
	m = f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest add daily 10:00 codes 126531 last 8h jiangxi"), "is added")
	id := strings.TrimPrefix(idIn.FindString(string(m.Blocks)), "digest run ")
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest pause "+id), id)
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest mute "+watch+" 2h"), "muted until")
	want := f.digestList(t)
	stop(t, bot)

	backup := filepath.Join(t.TempDir(), "backup.jsonl")
	out, errs, code := catbot(t, append(f.env(), redis), "export")
	if code != 0 || errs != "" || strings.Count(out, "\n") != 6 { // head, alias, three digests, end
		t.Fatalf("export: exit code %d\n%s%s", code, errs, out)
	}
	if err := os.WriteFile(backup, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"REDIS_URL=" + redistest.Start(t).URL(), "DATA_DIR=" + t.TempDir()} {
		env := append(f.env(), place)
		if out, errs, code := catbot(t, env, "import", backup); code != 0 || !strings.Contains(out, "Added 4 of 4") {
			t.Fatalf("import: exit code %d\n%s%s", code, errs, out)
		}
		if out, errs, code := catbot(t, env, "import", backup); code != 0 || !strings.Contains(out, "Added 0 of 4") {
			t.Fatalf("import again: exit code %d\n%s%s", code, errs, out)
		}
		bot := f.start(t, place)
		if got := f.digestList(t); got != want {
			t.Errorf("%s: the list was\n%s\nand is\n%s", place, want, got)
		}
		f.waitForAnswer(t, f.send(t, fakeslack.Alice, "alias list"), "shop")
		stop(t, bot)
	}
}

// digestList returns the answer to digest list.
func (f *fakes) digestList(t *testing.T) string {
	t.Helper()
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest list"), "09:00")
	return m.Text + string(m.Blocks)
}

func stop(t *testing.T, r *replica) {
	t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-r.ended
}
