package blockkit_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

var actionIDs = regexp.MustCompile(`"action_id":"([^"]*)"`)

func TestEveryControlIsParsed(t *testing.T) {
	active := aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi")
	paused := active
	paused.Paused = &digest.Pause{By: active.Owner}
	home := blockkit.Home{MayChange: func(digest.Digest) bool { return true }, Page: 1}
	for range 60 {
		home.Digests = append(home.Digests, active, paused)
	}
	all := messages(i18n.English)
	maps.Copy(all, digestMessages(i18n.English))
	all["home"] = blockkit.Message{Rich: home.Blocks(i18n.English)}
	seen := 0
	for name, m := range all {
		wire, err := json.Marshal(m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range actionIDs.FindAllStringSubmatch(string(wire), -1) {
			seen++
			if _, known := blockkit.ParseAction(found[1]); !known {
				t.Errorf("%s has the control %q, which nobody takes", name, found[1])
			}
		}
	}
	if seen == 0 {
		t.Error("there are no controls")
	}
}

func TestISPMenuKeepsOtherISPs(t *testing.T) {
	command := read("codes 126531 last 8h isp 电信").(commands.Codes)
	request := report.Request{Command: command, Tasks: command.Tasks, OnlyISPs: command.ISPs}
	picked := report.NewPart(report.Question{
		Task: "126531", ISP: command.Wants, ISPs: 1,
	}, catapi.History{Rows: []catapi.Row{
		row("移动", "jiangxi", "江西", "", 10016, "Ping超时", 9), row("电信", "jiangxi", "江西", "", 10016, "Ping超时", 3),
	}}, nil)
	m := blockkit.Answer(report.NewAnswer(request, []report.Part{picked}), "", i18n.English, now)
	wire, err := json.Marshal(m.Rich)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"value":"codes 126531 last 8h isp 移动"`, `"value":"codes 126531 last 8h isp 电信"`} {
		if !strings.Contains(string(wire), want) {
			t.Errorf("the menu has no %s:\n%s", want, wire)
		}
	}
}

func TestCommandsOfAMessage(t *testing.T) {
	answer := blockkit.Answer(
		report.NewAnswer(asked("jiangxi"), []report.Part{part("126531", "jiangxi")}), "", i18n.English, now,
	)
	incidents := incidentMessages(i18n.English)
	for _, tc := range []struct {
		name    string
		message blockkit.Message
		want    string // the question of the message
	}{
		{"an answer's Refresh button", answer, asked("jiangxi").Command.String()},
		{"an open incident's More menu", incidents["incident goes on"], "codes task-ab12cd34 since 2017-05-25 09:30"},
		{"the More menu of one that is over", incidents["incident over"],
			"codes task-ab12cd34 from 2017-05-25 09:30 to 2017-05-25 10:20"},
	} {
		questions := slices.DeleteFunc(blockkit.Commands(tc.message.Rich), func(text string) bool {
			return !strings.HasPrefix(text, "codes ")
		})
		if len(questions) == 0 || questions[0] != tc.want {
			t.Errorf("%s: %q, want %q first", tc.name, questions, tc.want)
		}
	}
}
