package blockkit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/i18n"
	"catbot/report"
)

// manyISPs fail: as many as n, the first of them most.
func manyISPs(n int) report.Part {
	var rows []catapi.Row
	for i := range n {
		rows = append(rows, row(fmt.Sprintf("ISP %03d", i), "jiangxi", "江西", "", 10016, "Ping超时", int64(1000-i)))
	}
	return part("126531", "", rows...)
}

func TestShortAnswerComesFirst(t *testing.T) {
	for _, tc := range []struct {
		name       string
		part       report.Part
		sections   int    // before the controls: the verdict and the ISPs
		rest       string // what is said of the other ISPs
		isps, more string // listed, and not listed
	}{
		{"one ISP has nearly all failures", part("126531", "",
			row("移动", "jiangxi", "江西", "", 10016, "Ping超时", 900), row("电信", "gd", "广东", "", 10010, "连接超时", 20),
			row("联通", "gd", "广东", "", 10010, "连接超时", 10)), 2, "and 2 more ISPs with 30 failures", "*移动", "*电信"},
		{"two ISPs have most of them", part("126531", "",
			row("移动", "jiangxi", "江西", "", 10016, "Ping超时", 500), row("电信", "gd", "广东", "", 10010, "连接超时", 400),
			row("联通", "gd", "广东", "", 10010, "连接超时", 100)), 3, "and 1 more ISP with 100 failures", "*电信", "*联通"},
		{"200 ISPs fail alike", manyISPs(200), 6, "and 195 more ISPs with 175,110 failures", "*ISP 004*", "*ISP 005*"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := blockkit.Answer(report.NewAnswer(asked(), []report.Part{tc.part}), "", i18n.English, now)
			sections, text := 0, ""
			for _, block := range m.Rich {
				if block.BlockType() == slack.MBTAction {
					break
				}
				if block.BlockType() == slack.MBTSection {
					sections++
				}
				wire, err := json.Marshal(block)
				if err != nil {
					t.Fatal(err)
				}
				text += string(wire)
			}
			if sections != tc.sections {
				t.Errorf("%d sections stand before the controls, want %d", sections, tc.sections)
			}
			if !strings.Contains(text, tc.rest) || !strings.Contains(text, tc.isps) || strings.Contains(text, tc.more) {
				t.Errorf("it lists other ISPs than %s, or does not say %q:\n%s", tc.isps, tc.rest, text)
			}
		})
	}
}

func TestMoreDetailsListAllISPs(t *testing.T) {
	all := asked()
	all.Rows = true
	m := blockkit.Answer(report.NewAnswer(all, []report.Part{manyISPs(12)}), "", i18n.English, now)
	wire, err := json.Marshal(m.Rich)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(wire), "*ISP 011*") {
		t.Errorf("the last ISP is missing: %s", wire)
	}
}

func TestNotificationBeginsWithNameAndNumber(t *testing.T) {
	for _, tc := range []struct {
		name  string
		w     i18n.Phrases
		names map[string]string
		want  string
	}{
		{"of a task whose name is known", i18n.English, map[string]string{"126531": "Shop"}, "Shop (126531): 982 failures"},
		{"of a task whose name is not known", i18n.English, nil, "Task 126531: 982 failures"},
		{"in Chinese", i18n.Chinese, map[string]string{"126531": "官网"}, "官网（126531）：982 次失败"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			request := asked()
			request.Names = tc.names
			failing := part("126531", "", row("移动", "jiangxi", "江西", "", 10016, "Ping超时", 982))
			m := blockkit.Answer(report.NewAnswer(request, []report.Part{failing}), "", tc.w, now)
			if !strings.HasPrefix(m.Text, tc.want) {
				t.Errorf("it is %q", m.Text)
			}
		})
	}
}
