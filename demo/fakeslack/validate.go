package fakeslack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of a whole message. Lengths here and in the tables of blocks count Unicode code points, as Slack's own
// validator does. The figures are those which github.com/nicklambourne/slackblocks probed against Slack's
// blocks.validate in September 2026, and docs.slack.dev where that says nothing.
const (
	maxBlocks        = 50
	maxCharts        = 2      // data_visualization blocks
	maxTables        = 1      // table and data_table blocks together
	maxMarkdown      = 12_000 // characters in all markdown blocks
	maxTableCells    = 10_000 // characters in all cells of table blocks
	maxDataCells     = 20_000 // characters in all cells of data_table blocks
	maxMessageWeight = 13_200 // see weight
	blockWeight      = 125
	maxProblems      = 100 // bounds the answer; not a limit of Slack
)

// A Problem is one reason why Slack refuses a message or a view.
type Problem struct {
	Code    string // "invalid_blocks", "invalid_blocks_format", "invalid_attachments" or "msg_blocks_too_long"
	Pointer string // JSON pointer to the wrong value, from the message or the arguments: "/blocks/0/text/text"
	Message string // what is wrong with it, in Slack's words where those are known
}

// String formats the problem as in Slack's response_metadata.messages, without the "[ERROR] ".
func (p Problem) String() string { return p.Message + " [json-pointer:" + p.Pointer + "]" }

// ValidateMessage checks the blocks of a message, a JSON array, as Slack does. Slack accepts blocks without problems.
// Unlike Slack, it does not fetch images and files.
func ValidateMessage(blocks json.RawMessage) []Problem { return validate(blocks, nil) }

// validate is ValidateMessage for a workspace that refuses some types of block.
func validate(blocks json.RawMessage, refused map[string]bool) []Problem {
	v := newValidator(messageBlocks, maxBlocks, refused)
	v.push("blocks")
	list, ok := decodeList(blocks)
	if !ok {
		v.fail("invalid_blocks_format", "must provide a JSON array")
		return v.problems
	}
	if len(list) > maxBlocks {
		v.note("no more than 50 items allowed")
		return v.problems
	}
	for i, b := range list {
		v.pushIndex(i)
		v.block(b)
		v.pop()
	}
	v.message()
	return v.problems
}

func newValidator(blocks map[string]shape, most int, refused map[string]bool) *validator {
	return &validator{blocks: blocks, most: most, refused: refused, ids: map[string]bool{}, types: map[string]int{}}
}

// decodeList reads one JSON array and nothing after it.
func decodeList(raw json.RawMessage) ([]any, bool) {
	var list []any
	return list, decode(raw, &list) && list != nil
}

// decode reads one JSON value and nothing after it. Numbers stay as written: a float64 would hide one that is too big.
func decode(raw json.RawMessage, into any) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(into) != nil {
		return false
	}
	_, err := d.Token()
	return err == io.EOF
}

// A validator walks one message and collects its problems.
type validator struct {
	blocks  map[string]shape // allowed block types
	most    int              // how many of them
	refused map[string]bool  // block types

	path     []step
	problems []Problem

	ids     map[string]bool // block_ids of the message
	actions map[string]bool // action_ids of the block
	types   map[string]int  // blocks of each type, nested ones too
	count   int             // blocks, nested ones too
	chars   int             // characters that are shown, without table cells
	cells   *int            // where characters are counted in a cell; nil elsewhere

	markdown, tableCells, dataCells int // characters
}

// A step leads from a value to one inside: a property, or an element when the name is empty.
type step struct {
	name  string
	index int
}

func (v *validator) push(name string)  { v.path = append(v.path, step{name: name}) }
func (v *validator) pushIndex(i int)   { v.path = append(v.path, step{index: i}) }
func (v *validator) pop()              { v.path = v.path[:len(v.path)-1] }
func (v *validator) note(wrong string) { v.fail("invalid_blocks", wrong) }
func (v *validator) noteAt(name, wrong string) {
	v.push(name)
	v.note(wrong)
	v.pop()
}

func (v *validator) fail(code, wrong string) {
	if len(v.problems) < maxProblems {
		v.problems = append(v.problems, Problem{code, v.pointer(), wrong})
	}
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

func (v *validator) pointer() string {
	var b strings.Builder
	for _, s := range v.path {
		b.WriteByte('/')
		if s.name != "" {
			b.WriteString(escapePointer.Replace(s.name))
		} else {
			b.WriteString(strconv.Itoa(s.index))
		}
	}
	return b.String()
}

// block checks one block, at the top or inside another.
func (v *validator) block(value any) {
	v.count++
	object, kind, ok := v.typed(value)
	if !ok {
		return
	}
	s, known := v.blocks[kind]
	if !known || v.refused[kind] {
		v.noteAt("type", "unsupported type: "+kind)
		return
	}
	v.types[kind]++
	v.actions = map[string]bool{} // a block that holds others has no elements of its own
	v.object(object, s)
}

// message checks the limits of the whole message.
func (v *validator) message() {
	if !v.checkTotals() && v.weight() > maxMessageWeight {
		v.fail("msg_blocks_too_long", "msg_blocks_too_long")
	}
}

// checkTotals checks the totals of a message or a view, and reports whether one is over its limit.
func (v *validator) checkTotals() bool {
	switch {
	case v.count > v.most:
		v.note(fmt.Sprintf("no more than %d items allowed", v.most))
	case v.types["data_visualization"] > maxCharts:
		v.note("no more than 2 data_visualization blocks allowed")
	case v.types["table"]+v.types["data_table"] > maxTables:
		v.fail("invalid_attachments", "only_one_table_allowed")
	case v.markdown > maxMarkdown:
		v.note("markdown blocks must be less than 12001 characters together")
	case v.tableCells > maxTableCells:
		v.note("table cells must be less than 10001 characters together")
	case v.dataCells > maxDataCells:
		v.note("data_table cells must be less than 20001 characters together")
	default:
		return false
	}
	return true
}

// weight is what Slack seems to count against an undocumented limit: the visible characters, and a number for each
// further block. The limit was observed at 13,297 and 13,202 characters in one markdown block,
// 13,172 with a divider beside it (github.com/slackapi/bolt-js/issues/2509), 10,563 with 20 headers and 7,875
// with 40: about 125 a block. How Slack counts the cells of tables is not known; they have limits of their own.
func (v *validator) weight() int {
	return v.chars + blockWeight*max(0, v.count-1)
}
