package fakeslack

import "math"

// text objects and rich text: what blocks say.

// plain is a plain_text object of so many characters.
func plain(least, most int) check {
	return oneOf(map[string]shape{"plain_text": plainShape(least, most)})
}

// anyText is a plain_text or mrkdwn object of so many characters.
func anyText(least, most int) check {
	return oneOf(textShapes(least, most))
}

func textShapes(least, most int) map[string]shape {
	return map[string]shape{
		"plain_text": plainShape(least, most),
		"mrkdwn":     of(need("text", words(least, most)), may("verbatim", boolean)),
	}
}

func plainShape(least, most int) shape {
	return of(need("text", words(least, most)), may("emoji", boolean))
}

// maxRich bounds a string in rich text, for which Slack documents no length.
const maxRich = maxText

var richStyle = may("style", object(of(
	may("bold", boolean), may("italic", boolean), may("strike", boolean), may("code", boolean),
	may("underline", boolean), may("highlight", boolean), may("client_highlight", boolean), may("unlink", boolean),
)))

// inline are the elements of a line of rich text that an app may send.
var inline = map[string]shape{
	"text":      of(need("text", words(1, maxRich)), richStyle),
	"link":      of(need("url", hidden(1, 3000)), may("text", words(0, maxRich)), may("unsafe", boolean), richStyle),
	"emoji":     of(need("name", hidden(1, 255)), may("unicode", hidden(0, 255)), may("skin_tone", integer(1, 6)), richStyle),
	"user":      of(need("user_id", hidden(1, 255)), richStyle),
	"usergroup": of(need("usergroup_id", hidden(1, 255)), richStyle),
	"channel":   of(need("channel_id", hidden(1, 255)), richStyle),
	"team":      of(need("team_id", hidden(1, 255)), richStyle),
	"broadcast": of(need("range", enum("here", "channel", "everyone")), richStyle),
	"color":     of(need("value", hidden(1, 255)), richStyle),
	"date": of(
		need("timestamp", integer(0, math.MaxInt64)), need("format", hidden(1, 255)),
		may("url", hidden(0, 3000)), may("fallback", words(0, maxRich)), may("timezone", hidden(0, 255)), richStyle,
	),
}

var (
	line       = need("elements", list(0, math.MaxInt32, oneOf(inline)))
	richBorder = may("border", integer(0, 1))
)

var richElements = map[string]shape{
	"rich_text_section":      of(line),
	"rich_text_preformatted": of(line, richBorder, may("language", hidden(0, 255))),
	"rich_text_quote":        of(line, richBorder),
	"rich_text_list": of(
		need("elements", list(0, math.MaxInt32, oneOf(map[string]shape{"rich_text_section": of(line)}))),
		need("style", enum("bullet", "ordered")),
		may("indent", integer(0, 8)), may("offset", integer(0, math.MaxInt32)), richBorder,
	),
}

// richText is a rich_text block, as a block of its own or inside another.
var richText = of(
	may("block_id", blockID),
	need("elements", list(0, math.MaxInt32, oneOf(richElements))),
)
