package i18n

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"catbot/catapi"
)

func TestNumbersAreHonest(t *testing.T) {
	w := English
	for _, tc := range []struct{ got, want string }{
		{w.Count(1234567), "1,234,567"},
		{w.Failures(0), "no failures"}, {w.Failures(1), "1 failure"}, {w.Failures(1200), "1,200 failures"},
		{w.Share(982, 982), "100%"}, {w.Share(999, 1000), "99%"}, {w.Share(1, 1000), "<1%"}, {w.Share(0, 10), "0%"}, {w.Share(0, 0), "–"},
		{w.Age(0), "0 s"}, {w.Age(59 * time.Second), "59 s"}, {w.Age(61 * time.Minute), "1 h"}, {w.Age(50 * time.Hour), "2 days"},
		{w.Fetched(time.Second, false), "fetched just now"}, {w.Fetched(4*time.Minute, true), "fetched 4 min ago, from the cache"},
		{w.Mark(5, 0), "new"}, {w.Mark(0, 5), "gone"}, {w.Mark(5, 5), "="}, {w.Mark(1500, 5), "+1,495"}, {w.Mark(5, 1500), "-1,495"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestWindowIsInBeijingsTime(t *testing.T) {
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, catapi.Beijing)
		if err != nil {
			t.Fatal(err)
		}
		return moment.UTC()
	}
	for _, tc := range []struct{ begin, end, want string }{
		{"2017-05-25 00:00:00", "2017-05-25 08:10:00", "2017-05-25 00:00–08:10 (UTC+8)"},
		{"2017-05-25 00:00:00", "2017-05-26 00:00:00", "2017-05-25 00:00–24:00 (UTC+8)"},
		{"2017-05-25 23:00:00", "2017-05-26 01:00:30", "2017-05-25 23:00 – 2017-05-26 01:00:30 (UTC+8)"},
		{"2017-05-24 00:00:00", "2017-05-26 00:00:00", "2017-05-24 00:00 – 2017-05-26 00:00 (UTC+8)"},
	} {
		if got := English.Window(at(tc.begin), at(tc.end)); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestNamesHaveAGloss(t *testing.T) {
	w := English
	for _, tc := range []struct{ got, want string }{
		{w.ISP("移动"), "移动 (China Mobile)"}, {w.ISP("长城宽带"), "长城宽带"}, {w.ISP(""), "(unnamed)"},
		{w.Reason("Ping超时", 0, 10016), "Ping超时 (ping timeout, 10016)"}, {w.Reason("新的", 0, 4242), "新的 (4242)"},
		{w.Reason("", 0, 10016), "ping timeout (10016)"}, {w.Reason("", 0, 4242), "code 4242"},
		{w.ReasonName("", 0, 4242), "(unnamed)"}, {w.ReasonName("Ping超时", 0, 10016), "Ping超时 (ping timeout)"},
		{w.ReasonName("", catapi.Network, 609), "name server error"}, {w.ReasonName("超时", catapi.Port, 609), "超时 (step timeout)"}, {w.ReasonName("", catapi.Media, 609), "(unnamed)"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(8, 40).Draw(t, "limit")
		text := rapid.OneOf(rapid.String(),
			rapid.StringOf(rapid.RuneFrom([]rune("a 移\t\n\x1b\u202e\u200bאب")))).Draw(t, "text")
		got := Plain(text, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Fatalf("%q has %d characters, over %d", got, n, limit)
		}
		inside := strings.TrimSuffix(strings.TrimPrefix(got, "\u2068"), "\u2069")
		for _, r := range inside {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q keeps %U", got, r)
			}
		}
		if strings.Contains(inside, "  ") || inside != strings.TrimSpace(inside) {
			t.Fatalf("%q has needless spaces", got)
		}
		if again := Plain(inside, limit); strings.Trim(again, "\u2068\u2069") != inside {
			t.Fatalf("%q is changed to %q a second time", got, again)
		}
	})
}

// Plain returns text of common characters as it is; it must know for sure that they need no change.
func TestCommonCharactersNeedNoChange(t *testing.T) {
	for r := range unicode.MaxRune {
		if isPlain(string(r)) && (visible(r) != r || isRightToLeft(r) || unicode.IsSpace(r)) {
			t.Errorf("%U is taken as common", r)
		}
	}
	for _, text := range []string{"", " a", "a ", "a  b", "a\nb", "é\u202e"} {
		if isPlain(text) {
			t.Errorf("%q is taken as plain", text)
		}
	}
}

// TestUpstreamSaysWhatToDo: each failure has its own sentence, and no sentence shows internal details.
func TestUpstreamSaysWhatToDo(t *testing.T) {
	api := func(code int64, desc, message string) error {
		return fmt.Errorf("asking: %w", &catapi.Error{Code: code, CodeDesc: desc, Message: message})
	}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{api(5000, "ResourceNotFound", "资源不存在"), "has no such task (5000 ResourceNotFound: 资源不存在)"},
		{api(10001, "InvalidParameter", "taskId 不正确"), "does not take this question (10001 InvalidParameter: taskId 不正确)"},
		{api(4100, "", "x"), "catbot doctor"},
		{api(4500, "", "x"), "clock"},
		{api(4400, "", ""), "quota"},
		{api(6100, "", ""), "the end of API v2 for 2023"},
		{api(11000, "InternalError.DBoperationFail", "DB操作失败"), "reports an internal error"},
		{api(5400, "", "x"), "refuses this query (5400: x)"},
		{api(6000, "", "<html>\n\x1b[31m"), "(6000: <html> [31m)"},
		{&catapi.TransportError{Op: "x", Status: 403, Cause: errors.New("secret")}, "Instead of CAT's answer, HTTP 403 came back. catbot tried 1 time. A catbot admin should check the URL"},
		{&catapi.TransportError{Op: "x", Cause: errors.New("secret")}, "could not be reached"},
		{&catapi.TransportError{Op: "x", Status: 502, Cause: errors.New("secret")}, "Instead of CAT's answer, HTTP 502 came back. catbot tried 1 time. Try"},
		{&catapi.UnavailableError{API: "v2", Last: errors.New("secret")}, "has not answered lately"},
		{&catapi.TransportError{Op: "x", Cause: context.DeadlineExceeded}, "did not answer in time"},
		{context.DeadlineExceeded, "did not answer in time. Try"},
		{context.Canceled, "was stopped"},
		{errors.New("secret"), "inside catbot"},
	} {
		got := English.Upstream(tc.err)
		if !strings.Contains(got, tc.want) || strings.Contains(got, "secret") {
			t.Errorf("%v: it says %q, not %q", tc.err, got, tc.want)
		}
	}
}

func TestSentencesStandTogetherAsTheirLanguageSetsThem(t *testing.T) {
	lost := &catapi.TransportError{Op: "x", Cause: errors.New("secret")}
	for w, want := range map[Phrases]string{
		English: "CAT could not be reached. catbot tried 1 time. Try again in a few minutes.",
		Chinese: "无法连接 CAT。catbot 共尝试了 1 次。请几分钟后再试。",
	} {
		if got := w.Upstream(lost); got != want {
			t.Errorf("it says %q, not %q", got, want)
		}
	}
}

var (
	// toCopy matches what people copy from a sentence: the name of a setting, a scope, a command, a cron expression.
	toCopy = regexp.MustCompile(`[A-Z]+_[A-Z_]+|[a-z]+:write|catbot (doctor|ask)|cron "|/(cat|invite)\b|[a-z]+=|[a-z]_[a-z]|\*|digest (list|add|show)`)
	span   = regexp.MustCompile("`[^`]+`")
	glued  = regexp.MustCompile("\\p{Han}`|`\\p{Han}")
)

func TestWhatIsToBeCopiedStandsBetweenBackticks(t *testing.T) {
	for _, field := range chinese {
		for english, said := range field {
			for _, sentence := range []string{english, said} {
				if found := toCopy.FindString(span.ReplaceAllString(sentence, "")); found != "" {
					t.Errorf("%q has %q without backticks", sentence, found)
				}
				if strings.Count(sentence, "`")%2 != 0 {
					t.Errorf("%q leaves a span open", sentence)
				}
			}
			if glued.MatchString(span.ReplaceAllString(said, "`")) {
				t.Errorf("%q has a span beside a letter, where Slack draws none", said)
			}
		}
	}
}

func TestAPlaceIsNamedForItsReader(t *testing.T) {
	for _, tc := range []struct{ name, place, english, chinese string }{
		{"a province", "四川", "四川 (Sichuan)", "四川"},
		{"a province by its official name", "广西壮族自治区", "广西壮族自治区 (Guangxi)", "广西壮族自治区"},
		{"a place with its country", "中国香港", "中国香港 (Hong Kong)", "中国香港"},
		{"one node of a city", "北京(一区)", "北京(一区) (Beijing)", "北京(一区)"},
		{"a code that has no name", "silicon-v1", "silicon-v1", "silicon-v1"},
		{"a name that nobody knows", "火星", "火星", "火星"},
		{"no name", " ", "(unnamed)", "（未命名）"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := English.Place(tc.place); got != tc.english {
				t.Errorf("English: %q, want %q", got, tc.english)
			}
			if got := Chinese.Place(tc.place); got != tc.chinese {
				t.Errorf("Chinese: %q, want %q", got, tc.chinese)
			}
		})
	}
}

func TestOfChosenChannel(t *testing.T) {
	for sentence, want := range map[string]string{
		English.YouAreNotInChannel(): "You are not in the chosen channel. Only its members can add a digest to it.",
		Chinese.YouAreNotInChannel(): "你不在所选频道里。只有频道成员才能为它添加定时报告。",
		Chinese.ChannelArchived():    "无法发布：所选频道已归档。",
	} {
		w := English
		if strings.Contains(want, "频道") {
			w = Chinese
		}
		if said := w.OfChosenChannel(sentence); said != want {
			t.Errorf("%q, not %q", said, want)
		}
	}
}
