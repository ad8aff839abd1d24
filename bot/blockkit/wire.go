package blockkit

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// AppendBlocks appends the JSON array of blocks to b. It writes the same bytes as encoding/json, in a seventh of the time
// for the kinds of blocks that every answer has. Other kinds, and blocks with a rare field, are left to encoding/json.
func AppendBlocks(b []byte, blocks []slack.Block) ([]byte, error) {
	return appendList(b, blocks, appendBlock)
}

// appendString appends text to b as encoding/json writes it.
func appendString(b []byte, text string) []byte {
	b = append(b, '"')
	written := 0 // of text
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(text[i:])
		if escaped := escapeRune(c, n); escaped != "" {
			b = append(append(b, text[written:i]...), escaped...)
			written = i + n
		}
		i += n
	}
	return append(append(b, text[written:]...), '"')
}

// escapeRune returns how encoding/json writes a rune of n bytes; empty for one that it writes as it is.
func escapeRune(c rune, n int) string {
	const hex = "0123456789abcdef"
	switch {
	case c == '"':
		return `\"`
	case c == '\\':
		return `\\`
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c == '\b':
		return `\b`
	case c == '\f':
		return `\f`
	case c == '<': // encoding/json escapes HTML
		return `\u003c`
	case c == '>':
		return `\u003e`
	case c == '&':
		return `\u0026`
	case c < ' ':
		return `\u00` + string([]byte{hex[c>>4], hex[c&15]})
	case c == '\u2028':
		return `\u2028`
	case c == '\u2029':
		return `\u2029`
	case c == utf8.RuneError && n == 1:
		return `\ufffd`
	}
	return ""
}

func appendList[E any](b []byte, list []E, appendOne func([]byte, E) ([]byte, error)) (_ []byte, err error) {
	b = append(b, '[')
	for i, one := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendOne(b, one); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendOther leaves value to encoding/json.
func appendOther(b []byte, value any) ([]byte, error) {
	written, err := json.Marshal(value)
	return append(b, written...), err
}

func appendBlock(b []byte, block slack.Block) (_ []byte, err error) {
	switch s := block.(type) {
	case *slack.SectionBlock:
		if s.Text == nil || s.Fields != nil || s.Accessory != nil || s.Expand {
			break
		}
		b = appendText(openObject(b, string(s.Type)), `,"text":`, s.Text)
		return closeObject(AppendField(b, `,"block_id":`, s.BlockID)), nil
	case *slack.HeaderBlock:
		if s.Text == nil || s.Level != 0 {
			break
		}
		b = appendText(openObject(b, string(s.Type)), `,"text":`, s.Text)
		return closeObject(AppendField(b, `,"block_id":`, s.BlockID)), nil
	case *slack.ContextBlock:
		b = AppendField(openObject(b, string(s.Type)), `,"block_id":`, s.BlockID)
		b, err = appendList(append(b, `,"elements":`...), s.ContextElements.Elements, appendMixed)
		return closeObject(b), err
	case *slack.ActionBlock:
		b = AppendField(openObject(b, string(s.Type)), `,"block_id":`, s.BlockID)
		b, err = appendList(append(b, `,"elements":`...), s.Elements.ElementSet, appendElement)
		return closeObject(b), err
	case *slack.DataVisualizationBlock:
		bars, ok := s.Chart.(*slack.DataVisualizationBarChart)
		if !ok || bars.Series == nil || bars.AxisConfig.Categories == nil {
			break
		}
		b = AppendField(openObject(b, string(s.Type)), `,"block_id":`, s.BlockID)
		b = appendString(append(b, `,"title":`...), s.Title)
		b, err = appendBars(append(b, `,"chart":`...), bars)
		return closeObject(b), err
	}
	return appendOther(b, block)
}

func appendBars(b []byte, bars *slack.DataVisualizationBarChart) (_ []byte, err error) {
	b = openObject(b, string(bars.Type))
	if b, err = appendList(append(b, `,"series":`...), bars.Series, appendSeries); err != nil {
		return nil, err
	}
	b, err = appendList(append(b, `,"axis_config":{"categories":`...), bars.AxisConfig.Categories, appendWord)
	b = AppendField(b, `,"x_label":`, bars.AxisConfig.XLabel)
	b = AppendField(b, `,"y_label":`, bars.AxisConfig.YLabel)
	return append(b, "}}"...), err
}

func appendSeries(b []byte, s slack.DataVisualizationDataSeries) (_ []byte, err error) {
	if s.Data == nil {
		return appendOther(b, s)
	}
	b = appendString(append(b, `{"name":`...), s.Name)
	b, err = appendList(append(b, `,"data":`...), s.Data, appendPoint)
	return closeObject(b), err
}

func appendPoint(b []byte, p slack.DataVisualizationDataPoint) ([]byte, error) {
	whole := int64(p.Value)
	if p.Value < 0 || p.Value > 1e15 || float64(whole) != p.Value {
		return appendOther(b, p)
	}
	b = appendString(append(b, `{"label":`...), p.Label)
	return closeObject(strconv.AppendInt(append(b, `,"value":`...), whole, 10)), nil
}

func appendWord(b []byte, word string) ([]byte, error) { return appendString(b, word), nil }

func appendMixed(b []byte, element slack.MixedElement) ([]byte, error) {
	if text, ok := element.(*slack.TextBlockObject); ok {
		return appendText(b, "", text), nil
	}
	return appendOther(b, element)
}

func appendElement(b []byte, element slack.BlockElement) ([]byte, error) {
	switch e := element.(type) {
	case *slack.ButtonBlockElement:
		rare := e.URL != "" || e.Confirm != nil || e.AccessibilityLabel != "" || e.AgentPrompt != "" ||
			e.AgentPromptDisplay != "" || e.VisibleToUserIDs != nil
		if rare || e.Type == "" || e.Text == nil {
			break
		}
		b = appendText(openObject(b, string(e.Type)), `,"text":`, e.Text)
		b = AppendField(b, `,"action_id":`, e.ActionID)
		b = AppendField(b, `,"value":`, e.Value)
		return closeObject(AppendField(b, `,"style":`, string(e.Style))), nil
	case *slack.SelectBlockElement:
		rare := e.OptionGroups != nil || e.InitialUser != "" || e.InitialConversation != "" || e.InitialChannel != "" ||
			e.DefaultToCurrentConversation || e.ResponseURLEnabled || e.Filter != nil || e.MinQueryLength != nil ||
			e.Confirm != nil || e.FocusOnLoad
		if rare || e.Type == "" || e.Placeholder == nil || len(e.Options) == 0 {
			break
		}
		return appendMenu(b, e)
	}
	return appendOther(b, element)
}

func appendMenu(b []byte, e *slack.SelectBlockElement) (_ []byte, err error) {
	b = appendText(openObject(b, e.Type), `,"placeholder":`, e.Placeholder)
	b = AppendField(b, `,"action_id":`, e.ActionID)
	if b, err = appendList(append(b, `,"options":`...), e.Options, appendOption); err != nil {
		return nil, err
	}
	if e.InitialOption != nil {
		if b, err = appendOption(append(b, `,"initial_option":`...), e.InitialOption); err != nil {
			return nil, err
		}
	}
	return closeObject(b), nil
}

func appendOption(b []byte, o *slack.OptionBlockObject) ([]byte, error) {
	if o.Text == nil || o.Description != nil || o.URL != "" {
		return appendOther(b, o)
	}
	b = appendText(append(b, '{'), `"text":`, o.Text)
	return closeObject(appendString(append(b, `,"value":`...), o.Value)), nil
}

func appendText(b []byte, name string, text *slack.TextBlockObject) []byte {
	b = openObject(append(b, name...), text.Type)
	b = appendString(append(b, `,"text":`...), text.Text)
	switch {
	case text.Emoji == nil:
	case *text.Emoji:
		b = append(b, `,"emoji":true`...)
	default:
		b = append(b, `,"emoji":false`...)
	}
	if text.Verbatim {
		b = append(b, `,"verbatim":true`...)
	}
	return closeObject(b)
}

func openObject(b []byte, kind string) []byte { return appendString(append(b, `{"type":`...), kind) }

func closeObject(b []byte) []byte { return append(b, '}') }

// AppendField appends a string with its name, unless it is empty.
func AppendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}
