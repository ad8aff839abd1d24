package fakeslack

// blocks: the ones that have been there for years. The newer ones are in cards.go, chart.go and table.go.

var (
	idProp = may("block_id", blockID)

	menus = []string{
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
	}
	controls = append([]string{
		"button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker",
	}, menus...)
)

// The blocks that a message, a modal and a Home tab may have. An alert is for modals alone.
var (
	messageBlocks = merge(classic, modern, map[string]shape{
		"data_visualization": chart,
		"data_table":         dataTable,
		"table":              table,
	})
	modalBlocks = merge(only(messageBlocks, "actions", "card", "context", "divider", "header", "image", "input", "rich_text",
		"section", "video"), map[string]shape{"alert": alert})
	homeBlocks = only(messageBlocks, "actions", "card", "carousel", "container", "context", "data_table", "data_visualization",
		"divider", "header", "image", "input", "rich_text", "section", "table", "video")
)

var alert = of(idProp, need("text", anyText(1, 200)), may("level", enum("default", "info", "warning", "error", "success")))

var classic = map[string]shape{
	"section": of(idProp, may("text", anyText(1, 3000)), may("fields", list(1, 10, anyText(1, 2000))),
		may("accessory", oneOf(only(elements, append([]string{"image"}, controls...)...))), may("expand", boolean),
	).with(textOrFields),
	"header":  of(idProp, need("text", plain(1, 150)), may("level", integer(1, 4))),
	"divider": of(idProp),
	"context": of(idProp, need("elements", list(1, 10, oneOf(merge(textShapes(1, 3000), only(elements, "image")))))),
	"actions": of(idProp, need("elements", list(1, 25, oneOf(only(elements, append([]string{"datetimepicker"}, controls...)...))))),
	"image": of(idProp, may("image_url", hidden(1, 3000)), may("slack_file", slackFile),
		need("alt_text", words(0, 2000)), may("title", plain(1, 2000))).with(oneImage),
	"input": of(idProp, need("label", plain(1, 2000)), may("hint", plain(1, 2000)), may("optional", boolean), may("dispatch_action", boolean),
		need("element", oneOf(only(elements, append([]string{
			"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "plain_text_input",
			"email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
		}, menus...)...)))),
	"rich_text": richText,
	"markdown":  of(idProp, need("text", markdownText)),
	"file":      of(idProp, need("external_id", hidden(1, 255)), need("source", enum("remote"))),
	"video": of(idProp, need("alt_text", words(0, 2000)), need("title", plain(1, 200)), need("thumbnail_url", hidden(1, 3000)),
		need("video_url", hidden(1, 3000)), may("title_url", hidden(0, 2000)), may("description", plain(1, 200)),
		may("author_name", words(0, 50)), may("provider_name", words(0, 50)), may("provider_icon_url", hidden(0, 2000))),
}

func textOrFields(v *validator, o map[string]any) {
	_, text := o["text"]
	_, fields := o["fields"]
	if !text && !fields {
		v.noteAt("type", "must define either `text` or `fields`")
	}
}

func markdownText(v *validator, value any) {
	before := v.chars
	words(1, maxMarkdown)(v, value)
	v.markdown += v.chars - before
}
