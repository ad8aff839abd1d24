package fakeslack

import "math"

// Text objects and rich text.

// plain checks a plain_text object of least to most characters.
func plain(least, most int) check {
	return oneOf(map[string]shape{"plain_text": plainShape(least, most)})
}

// anyText checks a plain_text or mrkdwn object of least to most characters.
func anyText(least, most int) check {
	return oneOf(textShapes(least, most))
}

func textShapes(least, most int) map[string]shape {
	return map[string]shape{
		"plain_text": plainShape(least, most),
		"mrkdwn":     of(required("text", visibleText(least, most)), optional("verbatim", boolean)),
	}
}

func plainShape(least, most int) shape {
	return of(required("text", visibleText(least, most)), optional("emoji", boolean))
}

// maxRich bounds a string in rich text, for which Slack documents no length.
const maxRich = maxText

var richStyle = optional("style", object(of(
	optional("bold", boolean), optional("italic", boolean), optional("strike", boolean), optional("code", boolean),
	optional("underline", boolean), optional("highlight", boolean), optional("client_highlight", boolean),
	optional("unlink", boolean),
)))

// inline holds the elements of a line of rich text that an app may send.
var inline = map[string]shape{
	"text": of(required("text", visibleText(1, maxRich)), richStyle),
	"link": of(required("url", hiddenText(1, 3000)), optional("text", visibleText(0, maxRich)),
		optional("unsafe", boolean), richStyle),
	"emoji": of(required("name", hiddenText(1, 255)), optional("unicode", hiddenText(0, 255)),
		optional("skin_tone", integer(1, 6)), richStyle),
	"user":      of(required("user_id", hiddenText(1, 255)), richStyle),
	"usergroup": of(required("usergroup_id", hiddenText(1, 255)), richStyle),
	"channel":   of(required("channel_id", hiddenText(1, 255)), richStyle),
	"team":      of(required("team_id", hiddenText(1, 255)), richStyle),
	"broadcast": of(required("range", enum("here", "channel", "everyone")), richStyle),
	"color":     of(required("value", hiddenText(1, 255)), richStyle),
	"date": of(
		required("timestamp", integer(0, math.MaxInt64)), required("format", hiddenText(1, 255)),
		optional("url", hiddenText(0, 3000)), optional("fallback", visibleText(0, maxRich)),
		optional("timezone", hiddenText(0, 255)), richStyle,
	),
}

var (
	line       = required("elements", list(0, math.MaxInt32, oneOf(inline)))
	richBorder = optional("border", integer(0, 1))
)

var richElements = map[string]shape{
	"rich_text_section":      of(line),
	"rich_text_preformatted": of(line, richBorder, optional("language", hiddenText(0, 255))),
	"rich_text_quote":        of(line, richBorder),
	"rich_text_list": of(
		required("elements", list(0, math.MaxInt32, oneOf(map[string]shape{"rich_text_section": of(line)}))),
		required("style", enum("bullet", "ordered")),
		optional("indent", integer(0, 8)), optional("offset", integer(0, math.MaxInt32)), richBorder,
	),
}

// richText is the shape of a rich_text block, also inside another block.
var richText = of(
	optional("block_id", blockID),
	required("elements", list(0, math.MaxInt32, oneOf(richElements))),
)
