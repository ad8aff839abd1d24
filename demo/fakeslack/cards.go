package fakeslack

import "math"

// modern holds the blocks that contain other blocks, and those for agents.
var modern = map[string]shape{
	"card":     card,
	"carousel": of(idProp, required("elements", list(1, 10, oneOf(map[string]shape{"card": card})))),
	"container": of(idProp, optional("title", plain(1, 150)),
		optional("rich_text_title", oneOf(map[string]shape{"rich_text": richText})),
		optional("subtitle", anyText(1, 150)), optional("icon", oneOf(only(elements, "image"))),
		optional("width", enum("narrow", "standard", "wide", "full")),
		optional("is_collapsible", boolean), optional("default_collapsed", boolean),
		optional("has_header_divider", boolean),
		required("child_blocks", list(1, 10, nestedBlock(
			"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table",
			"video",
		))),
	).with(containerRule),
	"layout": of(idProp, required("label", visibleText(1, 150)), optional("is_label_visible", boolean),
		optional("grid_lines", enum("none", "rows", "outer")),
		required("rows", list(1, 5, object(of(required("items", list(1, 3, object(of(
			required("block", nestedBlockExcept("layout")),
			optional("width", enum("narrow", "standard", "wide")),
			optional("horizontal_alignment", enum("start", "center", "end")),
		)))))))),
		optional("fallback", list(0, maxBlocks, nestedBlockExcept("layout")))),
	"context_actions": of(idProp, required("elements", list(1, 5, oneOf(map[string]shape{
		"feedback_buttons": of(actionProp, required("positive_button", feedback),
			required("negative_button", feedback)),
		"icon_button": of(required("icon", enum("trash")), required("text", plain(1, 75)), actionProp,
			optional("value", hiddenText(0, 2000)),
			confirmProp, labelProp, visibleProp),
	})))),
	"plan": of(idProp, required("title", visibleText(1, maxText)),
		required("tasks",
			list(0, 50, oneOf(map[string]shape{"task_card": task("pending", "in_progress", "complete", "error")})))),
	"task_card": task("in_progress", "complete", "error"),
}

var feedback = object(of(required("text", plain(1, 75)), required("value", hiddenText(0, 2000)), labelProp))

func task(statuses ...string) shape {
	rich := oneOf(map[string]shape{"rich_text": richText})
	return of(idProp, required("task_id", slackID), required("title", visibleText(1, maxText)),
		required("status", enum(statuses...)),
		optional("details", rich), optional("output", rich), optional("hide_title", boolean),
		optional("sources", list(0, math.MaxInt32, oneOf(map[string]shape{
			"url": of(required("url", hiddenText(1, 3000)), required("text", visibleText(1, maxText))),
		}))))
}

var card = of(idProp,
	optional("title", anyText(1, 150)), optional("subtitle", anyText(1, 150)), optional("body", anyText(1, 200)),
	optional("subtext", anyText(1, 200)),
	optional("icon", oneOf(only(elements, "image"))), optional("hero_image", oneOf(only(elements, "image"))),
	optional("slack_icon", oneOf(map[string]shape{"icon": of(required("name", slackID))})),
	optional("actions", list(1, 3, oneOf(only(elements, "button")))),
).with(cardRule)

func cardRule(v *validator, o map[string]any) {
	for _, one := range []string{"hero_image", "title", "actions", "body"} {
		if _, ok := o[one]; ok {
			return
		}
	}
	v.note("must define one of `hero_image`, `title`, `actions`, `body`")
}

func containerRule(v *validator, o map[string]any) {
	_, title := o["title"]
	_, rich := o["rich_text_title"]
	if title == rich {
		v.note("must define either `title` or `rich_text_title`")
	}
	if o["has_header_divider"] == true && o["is_collapsible"] == true {
		v.noteAt("has_header_divider", "not allowed in a collapsible container")
	}
}

// nestedBlock checks a block inside another block: it must be of one of types.
func nestedBlock(types ...string) check {
	allowed := map[string]bool{}
	for _, t := range types {
		allowed[t] = true
	}
	return nested(func(kind string) bool { return allowed[kind] })
}

// nestedBlockExcept is a block of any type but one, within another block.
func nestedBlockExcept(banned string) check {
	return nested(func(kind string) bool { return kind != banned })
}

func nested(allowed func(kind string) bool) check {
	return func(v *validator, value any) {
		if _, kind, ok := v.typed(value); ok && !allowed(kind) {
			v.noteAt("type", "unsupported type: "+kind)
			return
		}
		v.block(value)
	}
}
