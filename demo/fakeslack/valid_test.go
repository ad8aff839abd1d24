package fakeslack_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestASampleOfEveryBlockIsTaken(t *testing.T) {
	raw, err := os.ReadFile("testdata/valid_blocks.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range fakeslack.ValidateMessage(raw) {
		t.Error(p)
	}
	if p := fakeslack.ValidateMessage([]byte("[" + smallTable +
		"]")); len(p) > 0 { // beside the data_table it would be a second
		t.Error(p)
	}

	missing := append(fakeslack.BlockTypes(), fakeslack.ElementTypes()...)
	missing = slices.DeleteFunc(missing, func(kind string) bool {
		return kind == "table" || strings.Contains(string(raw), `{"type": "`+kind+`"`)
	})
	if len(missing) > 0 {
		t.Errorf("there is no sample of %v", missing)
	}
}

// slack-go writes fields that a person would leave out: what it writes must be taken as it is.
func TestWhatSlackGoWritesIsTaken(t *testing.T) {
	md := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("mrkdwn", s, false, false) }
	plain := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	cells := func(texts ...string) (row []slack.DataTableCell) {
		for _, s := range texts {
			row = append(row, slack.NewDataTableRawTextCell(s))
		}
		return row
	}
	blocks := []slack.Block{
		slack.NewHeaderBlock(plain("Task 126531")),
		slack.NewContextBlock("", md("last 8 h"), plain("UTC+8")),
		slack.NewDataVisualizationBlock("Top errors", slack.NewDataVisualizationBarChart(
			slack.NewDataVisualizationAxisConfig("移动", "联通").WithXLabel("ISP"),
			slack.NewDataVisualizationDataSeries("Ping超时", slack.NewDataVisualizationDataPoint("移动", 982),
				slack.NewDataVisualizationDataPoint("联通", 0)),
		)),
		slack.NewSectionBlock(md("*移动* 982"), []*slack.TextBlockObject{md("a"), plain("b")},
			slack.NewAccessory(slack.NewButtonBlockElement("go", "v", plain("Go")))),
		slack.NewDividerBlock(),
		slack.NewActionBlock("acts",
			slack.NewButtonBlockElement("a", "codes 126531 last 24h", plain("24 h")),
			slack.NewOptionsSelectBlockElement("static_select", plain("province"), "b",
				slack.NewOptionBlockObject("v", plain("o"), nil)),
			slack.NewOverflowBlockElement("c", slack.NewOptionBlockObject("v", plain("o"), nil)),
			slack.NewDatePickerBlockElement("d"),
		),
		slack.NewDataTableBlock("Rows").AddRow(cells("ISP", "Failures")...).
			AddRow(slack.NewDataTableRawTextCell("移动"), slack.NewDataTableRawNumberCell(982).WithText("982")),
		slack.NewImageBlock("https://x/y.png", "chart", "", plain("t")),
		slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement("x", nil)),
			slack.NewRichTextList(slack.RTEListBullet, 0,
				slack.NewRichTextSection(slack.NewRichTextSectionTextElement("y", nil)))),
		slack.NewInputBlock("", plain("Task"), nil, slack.NewPlainTextInputBlockElement(plain("126531"), "task")),
		slack.NewMarkdownBlock("", "**x**"),
	}
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range fakeslack.ValidateMessage(raw) {
		t.Errorf("%v in %s", p, raw)
	}
}

func TestLimitsCountCharactersAndAreInclusive(t *testing.T) {
	emoji := func(n int) string { return strings.Repeat("🚀", n) }
	for _, tc := range []struct{ name, blocks string }{
		{"50 blocks", "[" + repeat(50, `{"type":"divider"}`) + "]"},
		{"a section of 3000 Chinese characters", "[" + section(`{"type":"mrkdwn","text":"`+chars(3000)+`"}`) + "]"},
		{"a header of 150 emoji", "[" + header(emoji(150)) + "]"},
		{"12,000 characters of markdown", `[{"type":"markdown","text":"` + chars(12_000) + `"}]`},
		{"12 series with 20 points", "[" + isps(repeat(20, `"%d"`),
			repeat(12, `{"name":"`+emoji(18)+`%d","data":[`+strings.ReplaceAll(repeat(20, `{"label":"%d","value":1}`), "%",
				"%%")+`]}`)) + "]"},
		{"two charts", "[" + smallChart + "," + smallChart + "]"},
		{"201 rows of data", "[" + rows("data_table", repeat(201, "["+repeat(20, cell("a"))+"]")) + "]"},
		{"20,000 characters of data", "[" + rows("data_table", "["+cell("a")+"],["+cell(chars(19_999))+"]") + "]"},
		{"a table of 100 rows", `[{"type":"table","rows":[` + repeat(100, "["+cell("a")+"]") + `]}]`},
		{"a ragged table", `[{"type":"table","rows":[[` + cell("a") + `],[` + repeat(20, cell("a")) + `]]}]`},
		{"no blocks", "[]"},
	} {
		if problems := fakeslack.ValidateMessage(json.RawMessage(tc.blocks)); len(problems) > 0 {
			t.Errorf("%s: %v", tc.name, problems)
		}
	}
}

// The ceiling of a whole message, by the measurements it was guessed from: what was refused is refused here,
// what was taken with room to spare is taken.
func TestAMessageHasACeilingInAll(t *testing.T) {
	for _, tc := range []struct {
		name    string
		blocks  string
		tooLong bool
	}{
		{"four long sections and a short one", sections(4, 3000), false},
		{"five sections of 2,700 characters", sections(5, 2700), true},
		{"five such sections after a table", "[" + smallTable + "," + strings.Trim(sections(5, 2700), "[]") + "]", true},
		{"four long sections after a table", "[" + smallTable + "," + strings.Trim(sections(4, 3000), "[]") + "]", false},
		{"40 headers and 7,000 characters of prose", "[" + repeat(40, header("x")) + "," +
			strings.Trim(sections(3, 2333), "[]") + "]", false},
		{"40 headers and 9,000 characters of prose", "[" + repeat(40, header("x")) + "," +
			strings.Trim(sections(3, 3000), "[]") + "]", true},
	} {
		problems := fakeslack.ValidateMessage(json.RawMessage(tc.blocks))
		if got := len(problems) == 1 && problems[0].Code == "msg_blocks_too_long"; got != tc.tooLong {
			t.Errorf("%s: %v", tc.name, problems)
		}
	}
}

func TestEveryProblemOfAMessageIsNamed(t *testing.T) {
	problems := fakeslack.ValidateMessage(json.RawMessage(`[{"type":"header"},{"type":"x~/y"},{"type":"section","text":{"type":"mrkdwn","text":""},"zoo":1,"ape":2}]`))
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		"missing required field: text [json-pointer:/blocks/0]",
		"unsupported type: x~/y [json-pointer:/blocks/1/type]",
		"must be more than 0 characters [json-pointer:/blocks/2/text/text]",
		"invalid additional property: ape [json-pointer:/blocks/2]",
		"invalid additional property: zoo [json-pointer:/blocks/2]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	if n := len(fakeslack.ValidateMessage(json.RawMessage("[" + repeat(50, `{"type":"actions","elements":[{},{},{}]}`) +
		"]"))); n != 100 {
		t.Errorf("%d problems", n)
	}
}
