package commands

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// findIn stands for the tasks of an account: ids by name.
func findIn(tasks map[string][]string) Finder {
	return func(name string, whole bool) []string {
		if ids := tasks[name]; len(ids) > 0 || whole {
			return ids
		}
		var ids []string
		for full, of := range tasks {
			if strings.Contains(full, name) {
				ids = append(ids, of...)
			}
		}
		slices.Sort(ids)
		return ids
	}
}

func TestATaskIsAskedAboutByItsName(t *testing.T) {
	find := findIn(map[string][]string{
		"www.example.com": {"126531"}, "商城首页": {"126548", "task-00002pn8"}, "Checkout page": {"126556"}, "code review": {"126560"}, "江西": {"126570"},
		"https://shop.example.com/?a=b": {"126580"},
	})
	for _, tc := range []struct{ name, text, want string }{
		{"a host", "www.example.com", "codes 126531 last 8h"},
		{"as Slack links it", "<http://www.example.com|www.example.com> last 1h", "codes 126531 last 1h"},
		{"an address", "https://shop.example.com/?a=b 昨天", "codes 126580 yesterday"},
		{"several tasks, with the rest of the text", "商城首页 last 24h jiangxi compare", "codes 126548 last 24h jiangxi compare, codes task-00002pn8 last 24h jiangxi compare"},
		{"two words", "Checkout page last 1h", "codes 126556 last 1h"},
		{"two words in quotes", `"Checkout page" last 1h`, "codes 126556 last 1h"},
		{"a part of a name", "商城 江西", "codes 126548 last 8h jiangxi, codes task-00002pn8 last 8h jiangxi"},
		{"after codes", "codes www.example.com", "codes 126531 last 8h"},
		{"after trend", "trend 商城首页 today", "trend 126548 today, trend task-00002pn8 today"},
		{"a name that is a province's, whole", "江西 today", "codes 126570 today"},
		{"nothing that there is", "frobnicate", ""},
		{"a slip of a command's word is no part of a name", "cods", ""},
		{"one letter is too little", "w", ""},
		{"a task's id", "126531 www", ""},
		{"a name beside a task's id", "www 126540", ""},
		{"a word that means something is no part of a name", "code", ""},
		{"another command", "tasks www", ""},
		{"nothing", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			choice, err := testLanguage.ParseNamed(tc.text, night, find)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, command := range choice.Of {
				got = append(got, command.String())
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("%q asks %q, want %q", tc.text, got, tc.want)
			}
		})
	}
}

func TestAMistakeAfterANameIsPointedAt(t *testing.T) {
	_, err := testLanguage.ParseNamed("商城首页 last 24h jiangxii", night, findIn(map[string][]string{"商城首页": {"126548"}}))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Word != "jiangxii" || syntax.Try != "codes 126548 last 24h jiangxi" {
		t.Errorf("%+v", err)
	}
}

func TestWhatIsOfferedIsOfATaskThatThereIs(t *testing.T) {
	l := testLanguage
	l.Task = "task-ab12cd34"
	for text, want := range map[string]string{
		"codes last 24h": "codes task-ab12cd34 last 24h", "alias set shop": "alias set shop task-ab12cd34", "digest add daily 9am": "digest add daily 09:00 codes task-ab12cd34",
		"codes 126540 jiangxii": "codes 126540 jiangxi",
	} {
		var syntax *SyntaxError
		if _, err := l.Parse(text, night); !errors.As(err, &syntax) || syntax.Try != want {
			t.Errorf("%q: %+v", text, err)
		}
	}
}
