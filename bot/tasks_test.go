package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

func TestTasksAreFoundAndOneClickFromTheirCodes(t *testing.T) {
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
	r.reads(t, r.types(t, "tasks nothing-like-it"), "No task has that")
}

func TestCATsSilenceAboutTasksIsTold(t *testing.T) {
	r := connect(t, setup{tasks: func(context.Context) ([]catapi.Task, error) {
		return nil, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
	}})
	r.reads(t, r.types(t, "tasks"), "CAT could not be reached")
}

func TestANameStandsForATaskAndHelpShowsIt(t *testing.T) {
	r := connect(t, setup{})
	r.reads(t, r.types(t, "alias list"), "There are no aliases yet")
	r.reads(t, r.types(t, "alias set shop 126540"), "`shop` means task")
	r.reads(t, r.types(t, "codes SHOP last 1h"), "codes 126540 last 1h")
	r.reads(t, r.types(t, "trend shop"), "trend 126540 last 8h")
	r.reads(t, r.types(t, "alias list"), "1 alias")
	r.reads(t, r.types(t, "help"), "Task aliases: `shop` = 126540")
	r.reads(t, r.types(t, "tasks shop"), "alias `shop`")
	r.reads(t, r.types(t, "alias remove shop"), "alias set shop 126540")
	r.reads(t, r.types(t, "alias remove shop"), "There is no alias `shop`")
	r.reads(t, r.types(t, "codes shop"), "I don't understand")
	i, err := r.Slash(fakeslack.Wei, fakeslack.Ops, "/cat", "别名 设置 商店 126540")
	if err != nil {
		t.Fatal(err)
	}
	r.reads(t, i, "`商店` 代表任务")
}
