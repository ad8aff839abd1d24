package blockkit_test

import (
	"encoding/json"
	"maps"
	"regexp"
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
