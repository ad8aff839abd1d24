package bot_test

import (
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

func TestAnswerUsesReadersLanguage(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	for user, says := range map[string]map[string]string{
		fakeslack.Alice: {
			"codes 126531 last 8h": "One ISP in one province", "help": "which ISPs fail",
			"codes": "The task is missing", "digest list": "There are no digests",
		},
		fakeslack.Wei: {
			"codes 126531 last 8h": "问题集中在单一省份的单一运营商", "help": "哪些运营商失败", "codes": "缺少任务", "digest list": "没有定时报告",
		},
	} {
		for command, want := range says {
			i, err := r.Slash(user, fakeslack.Ops, "/cat", command)
			if err != nil {
				t.Fatal(err)
			}
			r.reads(t, i, want)
		}
	}
	if asked := r.Stats().Calls["users.info"]; asked != 2 {
		t.Errorf("slack was asked %d times for two people", asked)
	}
}

func TestDefaultLanguageWhenUserLookupFails(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{workspace: fakeslack.Options{Scopes: []string{"commands", "chat:write"}}})
	for range 3 {
		i, err := r.Slash(fakeslack.Wei, fakeslack.Ops, "/cat", "codes 126531 last 8h")
		if err != nil {
			t.Fatal(err)
		}
		r.reads(t, i, "One ISP in one province")
	}
	if asked := r.Stats().Calls["users.info"]; asked > 1 {
		t.Errorf("slack was asked %d times", asked)
	}
	if n := strings.Count(r.log.String(), "access and language are unknown"); n != 1 {
		t.Errorf("the log says so %d times", n)
	}
}
