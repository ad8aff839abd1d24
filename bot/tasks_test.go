package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

func TestTaskListHasButtonsForCodes(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m := r.reads(t, r.types(t, "tasks"), "3 tasks")
	if problems := fakeslack.ValidateMessage(m.Blocks); len(problems) > 0 {
		t.Errorf("slack would refuse it: %v", problems)
	}
	if strings.Contains(string(m.Blocks), "<!channel>") || strings.Contains(string(m.Blocks), `\u003c!channel`) {
		t.Errorf("a name comes alive: %s", m.Blocks)
	}
	found := r.reads(t, r.types(t, "tasks 官网"), "1 task for")
	if !strings.Contains(string(found.Blocks), "codes 126531") || strings.Contains(string(found.Blocks), "126540") {
		t.Errorf("found %s", found.Blocks)
	}
	answer := r.reads(t, r.presses(t, fakeslack.Alice, found, "task", ""), "Ping超时")
	if answer.TS == found.TS || !strings.Contains(string(answer.Blocks), "官网首页 (126531)") {
		t.Errorf("the answer does not name its task beside the list: %s", answer.Blocks)
	}
	r.reads(t, r.types(t, "tasks nothing-like-it"), `No task has \"nothing-like-it\" in its name`)
}

func TestTaskListReportsCATError(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{tasks: func(context.Context) ([]catapi.Task, error) {
		return nil, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
	}})
	r.reads(t, r.types(t, "tasks"), "CAT could not be reached")
}

func TestAliasWorksAndHelpShowsIt(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.reads(t, r.types(t, "alias list"), "There are no aliases yet")
	r.reads(t, r.types(t, "alias set kiosk 126540"), "`kiosk` means task")
	r.reads(t, r.types(t, "codes KIOSK last 1h"), "codes 126540 last 1h")
	r.reads(t, r.types(t, "trend kiosk"), "trend 126540 last 8h")
	r.reads(t, r.types(t, "alias list"), "1 alias")
	r.reads(t, r.types(t, "help"), "Task aliases: `kiosk` = 126540")
	r.reads(t, r.types(t, "tasks kiosk"), "alias `kiosk`")
	r.reads(t, r.types(t, "alias remove kiosk"), "alias set kiosk 126540")
	r.reads(t, r.types(t, "alias remove kiosk"), "There is no alias `kiosk`")
	r.reads(t, r.types(t, "codes kiosk"), "I don't understand")
	i, err := r.Slash(fakeslack.Wei, fakeslack.Ops, "/cat", "别名 设置 商店 126540")
	if err != nil {
		t.Fatal(err)
	}
	r.reads(t, i, "`商店` 代表任务")
}

func TestTaskNameWithoutCodesIsAnswered(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.reads(t, r.types(t, "126531 last 1h"), "codes 126531 last 1h")
	if answer := r.reads(
		t, r.types(t, "官网 last 1h jiangxi"), "Ping超时",
	); !strings.Contains(string(answer.Blocks), "官网首页 (126531)") {
		t.Errorf("the answer does not say which task it took: %s", answer.Blocks)
	}
	which := r.reads(t, r.types(t, "example.com last 2h"), `3 tasks fit`)
	if which.To != fakeslack.Alice {
		t.Errorf("the question is for %q", which.To)
	}
	answer := r.reads(t, r.presses(t, fakeslack.Alice, which, "task", "codes 126531 last 2h"), "Ping超时")
	if !strings.Contains(string(answer.Blocks), "last 2h") || answer.TS == which.TS {
		t.Errorf("the answer forgets the rest of what was typed, or takes the place of the question: %s", answer.Blocks)
	}
	r.reads(t, r.types(t, "trend example.com:443"), "trend task-ab12cd34 last 8h")
	r.reads(t, r.types(t, "官网 jiangxii"), "Did you mean jiangxi?")
	r.reads(t, r.types(t, "nothing-like-it"), "There is no command")
}

func TestCorrectionButtonAnswersOnlyWhoPresses(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.reads(t, r.types(t, "tasks"), "3 tasks") // from now on it is known which there are
	r.reads(t, r.types(t, "codes last 1h"), "codes task-ab12cd34 last 1h")
	mistake := r.reads(t, r.types(t, "codes 126540 last 1h jiangxii public"), "Run this")
	r.presses(t, fakeslack.Alice, mistake, "try", "")
	answer := r.becomes(t, mistake, "Ping超时")
	if answer.To != fakeslack.Alice || !strings.Contains(string(answer.Blocks), "codes 126540 last 1h jiangxi") {
		t.Errorf("to %q: %s", answer.To, answer.Blocks)
	}
	for _, text := range []string{"alias set shop", "digest add hourly codes 126540 jiangxii", "digest mute k7m2", "watch 126540"} {
		if m := r.reads(t, r.types(t, text), "Try:"); strings.Contains(string(m.Blocks), "Run this") {
			t.Errorf("%q has a button that would change something: %s", text, m.Blocks)
		}
	}
}
