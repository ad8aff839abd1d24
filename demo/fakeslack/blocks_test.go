package fakeslack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

const (
	smallTable     = `{"type":"table","rows":[[{"type":"raw_text","text":"ISP"},{"type":"raw_text","text":"Failures"}]]}`
	smallDataTable = `{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"ISP"}],[{"type":"raw_text","text":"移动"}]]}`
	smallChart     = `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}`
	button         = `{"type":"button","text":{"type":"plain_text","text":"Go"},"action_id":"go"}`
	options        = `[{"text":{"type":"plain_text","text":"8 h"},"value":"8h"}]`
	card           = `{"type":"card","title":{"type":"mrkdwn","text":"t"}}`
)

// repeat joins n copies of s, in which %d is the copy's number, by commas.
func repeat(n int, s string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
		if strings.Contains(s, "%d") {
			all[i] = fmt.Sprintf(s, i)
		}
	}
	return strings.Join(all, ",")
}

// sections is a list of n sections of so many characters.
func sections(n, size int) string {
	return "[" + repeat(n, section(`{"type":"mrkdwn","text":"`+chars(size)+`"}`)) + "]"
}

func section(text string) string { return `{"type":"section","text":` + text + `}` }

func header(text string) string {
	return `{"type":"header","text":{"type":"plain_text","text":"` + text + `"}}`
}

func actions(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }

func isps(categories, series string) string {
	return `{"type":"data_visualization","title":"t","chart":{"type":"bar","axis_config":{"categories":[` + categories +
		`]},"series":[` + series + `]}}`
}

func pie(segments string) string {
	return `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[` + segments + `]}}`
}

func rows(kind, rows string) string {
	return `{"type":"` + kind + `","caption":"c","rows":[` + rows + `]}`
}

func cell(text string) string { return `{"type":"raw_text","text":"` + text + `"}` }

// A bad case is one block, or several, and the first problem that Slack has with it.
type bad struct{ name, block, pointer, message string }

func (tc bad) run(t *testing.T) {
	t.Helper()
	problems := fakeslack.ValidateMessage(json.RawMessage("[" + tc.block + "]"))
	if len(problems) == 0 {
		t.Fatalf("%s was taken", tc.block)
	}
	if p := problems[0]; p.Pointer != tc.pointer || p.Message != tc.message {
		t.Errorf("got %q at %s, want %q at %s", p.Message, p.Pointer, tc.message, tc.pointer)
	}
}

func TestBadClassicBlocks(t *testing.T) {
	text := func(s string) string { return `{"type":"mrkdwn","text":"` + s + `"}` }
	for _, tc := range []bad{
		{"a block that is no object", `7`, "/blocks/0", "must provide an object"},
		{"a block without a type", `{}`, "/blocks/0", "missing required field: type"},
		{"a type that is no string", `{"type":1}`, "/blocks/0", "missing required field: type"},
		{"an unknown type", `{"type":"nonsense"}`, "/blocks/0/type", "unsupported type: nonsense"},
		{"an alert, which is for modals", `{"type":"alert","text":` + text("x") + `}`, "/blocks/0/type",
			"unsupported type: alert"},
		{"an unknown property", `{"type":"divider","colour":"red"}`, "/blocks/0", "invalid additional property: colour"},
		{"too many blocks", repeat(51, `{"type":"divider"}`), "/blocks", "no more than 50 items allowed"},
		{"a block_id twice", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "/blocks/1/block_id",
			"`block_id` already exists"},
		{"a long block_id", `{"type":"divider","block_id":"` + chars(256) + `"}`, "/blocks/0/block_id",
			"must be less than 256 characters"},

		{"a section without text and fields", `{"type":"section"}`, "/blocks/0/type",
			"must define either `text` or `fields`"},
		{"a section with a bare string", section(`"x"`), "/blocks/0/text", "must provide an object"},
		{"a section with an empty text", section(text("")), "/blocks/0/text/text", "must be more than 0 characters"},
		{"a section with a long text", section(text(chars(3001))), "/blocks/0/text/text",
			"must be less than 3001 characters"},
		{"a section with a text of no type", section(`{"text":"x"}`), "/blocks/0/text", "missing required field: type"},
		{"a section with a text of another type", section(`{"type":"markdown","text":"x"}`), "/blocks/0/text/type",
			"unsupported type: markdown"},
		{"mrkdwn with emoji", section(`{"type":"mrkdwn","text":"x","emoji":true}`), "/blocks/0/text",
			"invalid additional property: emoji"},
		{"plain text with verbatim", section(`{"type":"plain_text","text":"x","verbatim":true}`), "/blocks/0/text",
			"invalid additional property: verbatim"},
		{"emoji that is no boolean", section(`{"type":"plain_text","text":"x","emoji":"yes"}`), "/blocks/0/text/emoji",
			"must provide a boolean"},
		{"eleven fields", `{"type":"section","fields":[` + repeat(11, text("x")) + `]}`, "/blocks/0/fields",
			"no more than 10 items allowed"},
		{"no fields", `{"type":"section","fields":[]}`, "/blocks/0/fields", "must provide at least 1 items"},
		{"a long field", `{"type":"section","fields":[` + text("x") + "," + text(chars(2001)) + `]}`,
			"/blocks/0/fields/1/text", "must be less than 2001 characters"},
		{"fields that are no list", `{"type":"section","fields":{}}`, "/blocks/0/fields", "must provide an array"},
		{"an accessory that is none", `{"type":"section","text":` + text("x") + `,"accessory":{"type":"plain_text_input"}}`,
			"/blocks/0/accessory/type", "unsupported type: plain_text_input"},

		{"a header in mrkdwn", `{"type":"header","text":` + text("x") + `}`, "/blocks/0/text/type",
			"unsupported type: mrkdwn"},
		{"a header without text", `{"type":"header"}`, "/blocks/0", "missing required field: text"},
		{"a long header", header(chars(151)), "/blocks/0/text/text", "must be less than 151 characters"},
		{"a header of level 5", `{"type":"header","level":5,"text":{"type":"plain_text","text":"x"}}`, "/blocks/0/level",
			"must be less than 5"},
		{"a header of level 1.5", `{"type":"header","level":1.5,"text":{"type":"plain_text","text":"x"}}`, "/blocks/0/level",
			"must provide an integer"},

		{"a context of eleven", `{"type":"context","elements":[` + repeat(11, text("x")) + `]}`, "/blocks/0/elements",
			"no more than 10 items allowed"},
		{"a context of none", `{"type":"context","elements":[]}`, "/blocks/0/elements", "must provide at least 1 items"},
		{"a context with a button", `{"type":"context","elements":[` + button + `]}`, "/blocks/0/elements/0/type",
			"unsupported type: button"},
		{"an image without alt text", `{"type":"image","image_url":"https://x"}`, "/blocks/0",
			"missing required field: alt_text"},
		{"an image without a source", `{"type":"image","alt_text":"x"}`, "/blocks/0",
			"must define either `image_url` or `slack_file`"},
		{"an image with a bad file", `{"type":"image","alt_text":"x","slack_file":{"id":"F1"}}`, "/blocks/0/slack_file/id",
			"must match pattern: ^F[A-Z0-9]{8,}$"},
		{"an image with a long title",
			`{"type":"image","image_url":"https://x","alt_text":"x","title":{"type":"plain_text","text":"` + chars(2001) + `"}}`,
			"/blocks/0/title/text", "must be less than 2001 characters"},
		{"an input without a label", `{"type":"input","element":{"type":"datepicker"}}`, "/blocks/0",
			"missing required field: label"},
		{"an input with a button", `{"type":"input","label":{"type":"plain_text","text":"x"},"element":` + button + `}`,
			"/blocks/0/element/type", "unsupported type: button"},
		{"a long markdown", `{"type":"markdown","text":"` + chars(12_001) + `"}`, "/blocks/0/text",
			"must be less than 12001 characters"},
		{"too much markdown in all", repeat(2, `{"type":"markdown","text":"`+chars(6001)+`"}`), "/blocks",
			"markdown blocks must be less than 12001 characters together"},
		{"a file that was not received", `{"type":"file","external_id":"x","source":"local"}`, "/blocks/0/source",
			"must be a valid enum value"},
		{"a video without a title", `{"type":"video","alt_text":"x","thumbnail_url":"https://x","video_url":"https://x"}`,
			"/blocks/0", "missing required field: title"},
	} {
		t.Run(tc.name, tc.run)
	}
}

func TestBadElements(t *testing.T) {
	option := func(n int, value string) string {
		return fmt.Sprintf(`{"text":{"type":"plain_text","text":"%d"},"value":"%s"}`, n, value)
	}
	choose := func(more string) string { return actions(`{"type":"static_select"` + more + `}`) }
	plainButton := func(more string) string {
		return actions(`{"type":"button","text":{"type":"plain_text","text":"x"}` + more + `}`)
	}
	for _, tc := range []bad{
		{"twenty-six elements",
			actions(repeat(26, `{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"x"}}`)),
			"/blocks/0/elements", "no more than 25 items allowed"},
		{"no elements", actions(""), "/blocks/0/elements", "must provide at least 1 items"},
		{"an action_id twice in a block", actions(button + "," + button), "/blocks/0/elements/1/action_id",
			"`action_id` already exists"},
		{"an unknown element", actions(`{"type":"lever"}`), "/blocks/0/elements/0/type", "unsupported type: lever"},
		{"a button in mrkdwn", actions(`{"type":"button","text":{"type":"mrkdwn","text":"x"}}`),
			"/blocks/0/elements/0/text/type", "unsupported type: mrkdwn"},
		{"a long button", actions(`{"type":"button","text":{"type":"plain_text","text":"` + chars(76) + `"}}`),
			"/blocks/0/elements/0/text/text", "must be less than 76 characters"},
		{"a button with a long value", plainButton(`,"value":"` + chars(2001) + `"`), "/blocks/0/elements/0/value",
			"must be less than 2001 characters"},
		{"a button with a long url", plainButton(`,"url":"` + chars(3001) + `"`), "/blocks/0/elements/0/url",
			"must be less than 3001 characters"},
		{"a button of another style", plainButton(`,"style":"default"`), "/blocks/0/elements/0/style",
			"must be a valid enum value"},
		{"a button with a long label", plainButton(`,"accessibility_label":"` + chars(76) + `"`),
			"/blocks/0/elements/0/accessibility_label", "must be less than 76 characters"},
		{"a question without an answer",
			plainButton(`,"confirm":{"title":{"type":"plain_text","text":"x"},"text":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}`), "/blocks/0/elements/0/confirm", "missing required field: confirm"},
		{"a select with neither options nor groups", choose(``), "/blocks/0/elements/0",
			"must define either `options` or `option_groups`"},
		{"a select with both", choose(`,"options":` + options +
			`,"option_groups":[{"label":{"type":"plain_text","text":"x"},"options":` + options + `}]`), "/blocks/0/elements/0",
			"must define either `options` or `option_groups`"},
		{"a select with 101 options", choose(`,"options":[` + repeat(101, option(1, "v")) + `]`),
			"/blocks/0/elements/0/options", "no more than 100 items allowed"},
		{"a select without options", choose(`,"options":[]`), "/blocks/0/elements/0/options",
			"must provide at least 1 items"},
		{"a select with a long placeholder", choose(`,"options":` + options + `,"placeholder":{"type":"plain_text","text":"` +
			chars(151) + `"}`), "/blocks/0/elements/0/placeholder/text", "must be less than 151 characters"},
		{"an option with a long value", choose(`,"options":[` + option(1, chars(151)) + `]`),
			"/blocks/0/elements/0/options/0/value", "must be less than 151 characters"},
		{"an option in mrkdwn in a menu", choose(`,"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"v"}]`),
			"/blocks/0/elements/0/options/0/text/type", "unsupported type: mrkdwn"},
		{"a group without a label", choose(`,"option_groups":[{"options":` + options + `}]`),
			"/blocks/0/elements/0/option_groups/0", "missing required field: label"},
		{"an overflow of six", actions(`{"type":"overflow","options":[` + repeat(6, option(1, "v")) + `]}`),
			"/blocks/0/elements/0/options", "no more than 5 items allowed"},
		{"eleven checkboxes", actions(`{"type":"checkboxes","options":[` + repeat(11, option(1, "v")) + `]}`),
			"/blocks/0/elements/0/options", "no more than 10 items allowed"},
		{"a date that is none", actions(`{"type":"datepicker","initial_date":"22.11.2026"}`),
			"/blocks/0/elements/0/initial_date", `must match pattern: ^\d{4}-\d{2}-\d{2}$`},
		{"a time that is none", actions(`{"type":"timepicker","initial_time":"24:00"}`), "/blocks/0/elements/0/initial_time",
			`must match pattern: ^([01]\d|2[0-3]):[0-5]\d$`},
		{"nobody to choose", actions(`{"type":"multi_users_select","max_selected_items":0}`),
			"/blocks/0/elements/0/max_selected_items", "must be more than 0"},
		{"a number without a rule for decimals",
			`{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"number_input"}}`, "/blocks/0/element",
			"missing required field: is_decimal_allowed"},
		{"a configuration without triggers",
			`{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","dispatch_action_config":{}}}`, "/blocks/0/element/dispatch_action_config", "missing required field: trigger_actions_on"},
	} {
		t.Run(tc.name, tc.run)
	}
}

func TestBadCharts(t *testing.T) {
	const a = `{"name":"s","data":[{"label":"a","value":1}]}`
	for _, tc := range []bad{
		{"three charts", repeat(3, smallChart), "/blocks", "no more than 2 data_visualization blocks allowed"},
		{"no title", `{"type":"data_visualization","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}`, "/blocks/0",
			"missing required field: title"},
		{"an empty title", strings.Replace(smallChart, `"t"`, `""`, 1), "/blocks/0/title", "must be more than 0 characters"},
		{"a long title", strings.Replace(smallChart, `"t"`, `"`+chars(51)+`"`, 1), "/blocks/0/title",
			"must be less than 51 characters"},
		{"no chart", `{"type":"data_visualization","title":"t"}`, "/blocks/0", "missing required field: chart"},
		{"a chart of another type", `{"type":"data_visualization","title":"t","chart":{"type":"radar"}}`,
			"/blocks/0/chart/type", "unsupported type: radar"},
		{"a stacked bar", strings.Replace(isps(`"a"`, a), `"axis_config"`, `"stacked":true,"axis_config"`, 1),
			"/blocks/0/chart", "invalid additional property: stacked"},
		{"no segments", pie(""), "/blocks/0/chart/segments", "must provide at least 1 items"},
		{"thirteen segments", pie(repeat(13, `{"label":"%d","value":1}`)), "/blocks/0/chart/segments",
			"no more than 12 items allowed"},
		{"a long segment label", pie(`{"label":"` + chars(21) + `","value":1}`), "/blocks/0/chart/segments/0/label",
			"must be less than 21 characters"},
		{"a segment of nothing", pie(`{"label":"a","value":0}`), "/blocks/0/chart/segments/0/value", "must be more than 0"},
		{"a value in a string", pie(`{"label":"a","value":"1"}`), "/blocks/0/chart/segments/0/value",
			"must provide a number"},
		{"a value beyond all bounds", pie(`{"label":"a","value":1e999}`), "/blocks/0/chart/segments/0/value",
			"must be a finite number"},
		{"no series", isps(`"a"`, ""), "/blocks/0/chart/series", "must provide at least 1 items"},
		{"thirteen series", isps(`"a"`, repeat(13, `{"name":"%d","data":[{"label":"a","value":1}]}`)),
			"/blocks/0/chart/series", "no more than 12 items allowed"},
		{"a series without a name", isps(`"a"`, `{"data":[{"label":"a","value":1}]}`), "/blocks/0/chart/series/0",
			"missing required field: name"},
		{"a long name", isps(`"a"`, `{"name":"`+chars(21)+`","data":[{"label":"a","value":1}]}`),
			"/blocks/0/chart/series/0/name", "must be less than 21 characters"},
		{"a name twice", isps(`"a"`, a+","+a), "/blocks/0/chart/series/1/name", "must be unique"},
		{"no points", isps(`"a"`, `{"name":"s","data":[]}`), "/blocks/0/chart/series/0/data",
			"must provide at least 1 items"},
		{"twenty-one points", isps(`"a"`, `{"name":"s","data":[`+repeat(21, `{"label":"%d","value":1}`)+`]}`),
			"/blocks/0/chart/series/0/data", "no more than 20 items allowed"},
		{"a point for no category", isps(`"a"`, `{"name":"s","data":[{"label":"b","value":1}]}`),
			"/blocks/0/chart/series/0/data/0/label", "must be one of the categories"},
		{"two points for one category", isps(`"a","b"`,
			`{"name":"s","data":[{"label":"a","value":1},{"label":"a","value":1}]}`), "/blocks/0/chart/series/0/data/1/label",
			"must be unique in its series"},
		{"a category without a point", isps(`"a","b"`, a), "/blocks/0/chart/series/0/data",
			"must have one point for every category"},
		{"a category twice", isps(`"a","a"`, `{"name":"s","data":[{"label":"a","value":1},{"label":"a","value":1}]}`),
			"/blocks/0/chart/axis_config/categories/1", "must be unique"},
		{"no categories", isps("", a), "/blocks/0/chart/axis_config/categories", "must provide at least 1 items"},
		{"twenty-one categories", isps(repeat(21, `"%d"`), a), "/blocks/0/chart/axis_config/categories",
			"no more than 20 items allowed"},
		{"a long category", isps(`"`+chars(21)+`"`, a), "/blocks/0/chart/axis_config/categories/0",
			"must be less than 21 characters"},
		{"no axis", `{"type":"data_visualization","title":"t","chart":{"type":"line","series":[` + a + `]}}`,
			"/blocks/0/chart", "missing required field: axis_config"},
		{"a long axis label", strings.Replace(isps(`"a"`, a), `"categories"`, `"x_label":"`+chars(51)+`","categories"`, 1),
			"/blocks/0/chart/axis_config/x_label", "must be less than 51 characters"},
	} {
		t.Run(tc.name, tc.run)
	}
}

func TestBadTables(t *testing.T) {
	row := "[" + cell("a") + "]"
	for _, tc := range []bad{
		{"two tables", smallTable + "," + smallTable, "/blocks", "only_one_table_allowed"},
		{"a table and a data table", smallTable + "," + smallDataTable, "/blocks", "only_one_table_allowed"},
		{"101 rows", `{"type":"table","rows":[` + repeat(101, row) + `]}`, "/blocks/0/rows",
			"no more than 100 items allowed"},
		{"21 cells", `{"type":"table","rows":[[` + repeat(21, cell("a")) + `]]}`, "/blocks/0/rows/0",
			"no more than 20 items allowed"},
		{"an empty cell", `{"type":"table","rows":[[` + cell("") + `]]}`, "/blocks/0/rows/0/0/text",
			"must be more than 0 characters"},
		{"a cell of another type", `{"type":"table","rows":[[{"type":"mrkdwn","text":"x"}]]}`, "/blocks/0/rows/0/0/type",
			"unsupported type: mrkdwn"},
		{"a column aligned to nothing", `{"type":"table","rows":[` + row + `],"column_settings":[{"align":""}]}`,
			"/blocks/0/column_settings/0/align", "must be a valid enum value"},
		{"too much in a table", `{"type":"table","rows":[[` + repeat(11, cell(chars(1000))) + `]]}`, "/blocks",
			"table cells must be less than 10001 characters together"},
		{"a data table without a caption", `{"type":"data_table","rows":[` + row + "," + row + `]}`, "/blocks/0",
			"missing required field: caption"},
		{"a data table of a header alone", rows("data_table", row), "/blocks/0/rows", "must provide at least 2 items"},
		{"202 rows", rows("data_table", repeat(202, row)), "/blocks/0/rows", "no more than 201 items allowed"},
		{"a row of no cells", rows("data_table", row+",[]"), "/blocks/0/rows/1", "must provide at least 1 items"},
		{"a row that is longer than the header", rows("data_table", row+",["+cell("a")+","+cell("b")+"]"), "/blocks/0/rows/1",
			"must have as many cells as the header"},
		{"rich text in the header", rows("data_table", `[{"type":"rich_text","elements":[]}],`+row),
			"/blocks/0/rows/0/0/type", "unsupported type: rich_text"},
		{"an empty cell of a data table", rows("data_table", row+",["+cell("")+"]"), "/blocks/0/rows/1/0/text",
			"must be more than 0 characters"},
		{"a number without a value", rows("data_table", row+`,[{"type":"raw_number","text":"1"}]`), "/blocks/0/rows/1/0",
			"missing required field: value"},
		{"a page of 101", strings.Replace(smallDataTable, `"caption"`, `"page_size":101,"caption"`, 1), "/blocks/0/page_size",
			"must be less than 101"},
		{"too much in a data table", rows("data_table", row+",["+cell(chars(20_000))+"]"), "/blocks",
			"data_table cells must be less than 20001 characters together"},
	} {
		t.Run(tc.name, tc.run)
	}
}

func TestBadNewBlocks(t *testing.T) {
	plain := func(s string) string { return `{"type":"plain_text","text":"` + s + `"}` }
	container := func(more string) string {
		return `{"type":"container","title":` + plain("t") + `,"child_blocks":[` + more + `]}`
	}
	layout := func(block string) string {
		return `{"type":"layout","label":"l","rows":[{"items":[{"block":` + block + `}]}]}`
	}
	for _, tc := range []bad{
		{"an empty card", `{"type":"card"}`, "/blocks/0", "must define one of `hero_image`, `title`, `actions`, `body`"},
		{"a card with a bare title", `{"type":"card","title":"t"}`, "/blocks/0/title", "must provide an object"},
		{"a card with four buttons", `{"type":"card","actions":[` +
			repeat(4, `{"type":"button","action_id":"a%d","text":`+plain("x")+`}`) + `]}`, "/blocks/0/actions",
			"no more than 3 items allowed"},
		{"eleven cards", `{"type":"carousel","elements":[` + repeat(11, card) + `]}`, "/blocks/0/elements",
			"no more than 10 items allowed"},
		{"a container without a title", `{"type":"container","child_blocks":[{"type":"divider"}]}`, "/blocks/0",
			"must define either `title` or `rich_text_title`"},
		{"a container with a chart", container(smallChart), "/blocks/0/child_blocks/0/type",
			"unsupported type: data_visualization"},
		{"a container with a bad child", container(header(chars(151))), "/blocks/0/child_blocks/0/text/text",
			"must be less than 151 characters"},
		{"a divider in a collapsible container", strings.Replace(container(`{"type":"divider"}`), `"title"`,
			`"is_collapsible":true,"has_header_divider":true,"title"`, 1), "/blocks/0/has_header_divider",
			"not allowed in a collapsible container"},
		{"a layout in a layout", layout(layout(`{"type":"divider"}`)), "/blocks/0/rows/0/items/0/block/type",
			"unsupported type: layout"},
		{"a block_id twice, once inside", layout(`{"type":"divider","block_id":"a"}`) + `,{"type":"divider","block_id":"a"}`,
			"/blocks/1/block_id", "`block_id` already exists"},
		{"51 blocks with the nested ones", repeat(25, layout(`{"type":"divider"}`)) + `,{"type":"divider"}`, "/blocks",
			"no more than 50 items allowed"},
		{"a task that waits alone", `{"type":"task_card","task_id":"1","title":"t","status":"pending"}`, "/blocks/0/status",
			"must be a valid enum value"},
		{"an icon that is not there", `{"type":"context_actions","elements":[{"type":"icon_button","icon":"bomb","text":` +
			plain("x") + `}]}`, "/blocks/0/elements/0/icon", "must be a valid enum value"},
		{"rich text without elements", `{"type":"rich_text"}`, "/blocks/0", "missing required field: elements"},
		{"rich text of nothing",
			`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}`,
			"/blocks/0/elements/0/elements/0/text", "must be more than 0 characters"},
		{"a list of no style", `{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[]}]}`,
			"/blocks/0/elements/0", "missing required field: style"},
		{"a list indented too far",
			`{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":9,"elements":[]}]}`,
			"/blocks/0/elements/0/indent", "must be less than 9"},
		{"an unknown inline element",
			`{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"gif"}]}]}`,
			"/blocks/0/elements/0/elements/0/type", "unsupported type: gif"},
	} {
		t.Run(tc.name, tc.run)
	}
}

func TestBlocksThatAreNoList(t *testing.T) {
	for _, raw := range []string{"", "null", "{}", "7", `"[]"`, "[", "[]]", `[{"type":"divider"}] x`} {
		problems := fakeslack.ValidateMessage(json.RawMessage(raw))
		if len(problems) != 1 || problems[0].Code != "invalid_blocks_format" || problems[0].Pointer != "/blocks" {
			t.Errorf("%q: %v", raw, problems)
		}
	}
}
