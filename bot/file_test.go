package bot_test

import (
	"context"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

// file waits for the nth file and returns it.
func (r *testBot) file(t *testing.T, n int) fakeslack.File {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var files []fakeslack.File
	if _, err := r.WaitMessage(ctx, func(fakeslack.Message) bool {
		files = r.Files()
		return len(files) >= n
	}); err != nil {
		t.Fatalf("no file arrives: %v\n%s", err, r.log)
	}
	return files[n-1]
}

func TestCSVFileGoesToWhoAsked(t *testing.T) {
	t.Parallel()
	for user, says := range map[string]struct{ title, told string }{
		fakeslack.Alice: {"Task 126531 · all provinces, ", "in your messages with catbot"},
		fakeslack.Wei:   {"任务 126531 · 全部省份", "在你与 catbot 的私信里"},
	} {
		r := connect(t, setup{})
		i, err := r.Slash(user, fakeslack.Ops, "/cat", "codes 126531 last 8h")
		if err != nil {
			t.Fatal(err)
		}
		m := r.reads(t, i, "Ping超时")
		pressed := r.presses(t, user, m, "csv", "")
		f := r.file(t, 1)
		if f.Channel != r.DM(user) || f.ThreadTS != "" {
			t.Errorf("the file is in %s, thread %q", f.Channel, f.ThreadTS)
		}
		if !strings.HasPrefix(string(f.Content), "\ufefftask,begin,end,") {
			t.Errorf("a spreadsheet would not know its encoding: %.40q", f.Content)
		}
		if !strings.HasPrefix(f.Title, says.title) || !strings.HasPrefix(f.Name, "catbot-126531-") ||
			!strings.Contains(string(f.Content), "119.28.20.246,10016,Ping超时,982") {
			t.Errorf("the file is %q, %s:\n%s", f.Title, f.Name, f.Content)
		}
		r.reads(t, pressed, says.told)
		if now := r.Sees(user, fakeslack.Ops)[0]; string(now.Blocks) != string(m.Blocks) {
			t.Errorf("the answer made way for the file: %s", now.Blocks)
		}
	}
}

func TestCSVOfSharedAnswerGoesToItsThread(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	shared := r.share(t)
	told := r.presses(t, fakeslack.Sam, shared, "csv", "")
	if f := r.file(t, 1); f.Channel != fakeslack.Ops || f.ThreadTS != shared.TS {
		t.Errorf("the file is in %s, thread %q, not in that of %s", f.Channel, f.ThreadTS, shared.TS)
	}
	if m := r.reads(t, told, "in the thread of this message"); m.To != fakeslack.Sam {
		t.Errorf("%q is told", m.To)
	}
}

func TestCSVFallsBackToDirectMessage(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	i, err := r.Slash(fakeslack.Alice, fakeslack.General, "/cat", "codes 126531 last 8h public csv")
	if err != nil {
		t.Fatal(err)
	}
	r.reads(t, i, "in your messages with catbot")
	if f := r.file(t, 1); f.Channel != r.DM(fakeslack.Alice) {
		t.Errorf("the file is in %s", f.Channel)
	}
}

func TestCSVNamesMissingScope(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{workspace: fakeslack.Options{Scopes: []string{"commands", "chat:write", "users:read"}}})
	r.reads(t, r.types(t, "codes 126531 last 8h csv"), "lacks the scopes `files:write` and `im:write`")
}
