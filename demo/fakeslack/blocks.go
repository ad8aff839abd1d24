package fakeslack

// The older types of blocks. The newer ones are in cards.go, chart.go and table.go.

var (
	idProp = optional("block_id", blockID)

	menus = []string{
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
		"multi_channels_select",
	}
	controls = append([]string{
		"button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker",
	}, menus...)
)

// The blocks that a message, a modal and a Home tab may have. Only a modal may have an alert.
var (
	messageBlocks = merge(classic, modern, map[string]shape{
		"data_visualization": chart,
		"data_table":         dataTable,
		"table":              table,
	})
	modalBlocks = merge(only(messageBlocks, "actions", "card", "context", "divider", "header", "image", "input",
		"rich_text",
		"section", "video"), map[string]shape{"alert": alert})
	homeBlocks = only(messageBlocks, "actions", "card", "carousel", "container", "context", "data_table",
		"data_visualization",
		"divider", "header", "image", "input", "rich_text", "section", "table", "video")
)

var alert = of(idProp, required("text", anyText(1, 200)),
	optional("level", enum("default", "info", "warning", "error", "success")))

var classic = map[string]shape{
	"section": of(idProp, optional("text", anyText(1, 3000)), optional("fields", list(1, 10, anyText(1, 2000))),
		optional("accessory", oneOf(only(elements, append([]string{"image"}, controls...)...))),
		optional("expand", boolean),
	).with(textOrFields),
	"header":  of(idProp, required("text", plain(1, 150)), optional("level", integer(1, 4))),
	"divider": of(idProp),
	"context": of(idProp,
		required("elements", list(1, 10, oneOf(merge(textShapes(1, 3000), only(elements, "image")))))),
	"actions": of(idProp, required("elements", list(1, 25,
		oneOf(only(elements, append([]string{"datetimepicker"}, controls...)...))))),
	"image": of(idProp, optional("image_url", hiddenText(1, 3000)), optional("slack_file", slackFile),
		required("alt_text", visibleText(0, 2000)), optional("title", plain(1, 2000))).with(oneImage),
	"input": of(idProp, required("label", plain(1, 2000)), optional("hint", plain(1, 2000)),
		optional("optional", boolean),
		optional("dispatch_action", boolean),
		required("element", oneOf(only(elements, append([]string{
			"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "plain_text_input",
			"email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
		}, menus...)...)))),
	"rich_text": richText,
	"markdown":  of(idProp, required("text", markdownText)),
	"file":      of(idProp, required("external_id", hiddenText(1, 255)), required("source", enum("remote"))),
	"video": of(idProp, required("alt_text", visibleText(0, 2000)), required("title", plain(1, 200)),
		required("thumbnail_url", hiddenText(1, 3000)),
		required("video_url", hiddenText(1, 3000)), optional("title_url", hiddenText(0, 2000)),
		optional("description", plain(1, 200)),
		optional("author_name", visibleText(0, 50)), optional("provider_name", visibleText(0, 50)),
		optional("provider_icon_url", hiddenText(0, 2000))),
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
	visibleText(1, maxMarkdown)(v, value)
	v.markdown += v.chars - before
}
