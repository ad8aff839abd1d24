package fakeslack

import "math"

// modern are the blocks that arrange others, and those for agents.
var modern = map[string]shape{
	"card":     card,
	"carousel": of(idProp, need("elements", list(1, 10, oneOf(map[string]shape{"card": card})))),
	"container": of(idProp, may("title", plain(1, 150)), may("rich_text_title", oneOf(map[string]shape{"rich_text": richText})),
		may("subtitle", anyText(1, 150)), may("icon", oneOf(only(elements, "image"))),
		may("width", enum("narrow", "standard", "wide", "full")),
		may("is_collapsible", boolean), may("default_collapsed", boolean), may("has_header_divider", boolean),
		need("child_blocks", list(1, 10, inside("actions", "context", "divider", "file", "header", "image", "input",
			"rich_text", "section", "table", "video"))),
	).with(containerRule),
	"layout": of(idProp, need("label", words(1, 150)), may("is_label_visible", boolean), may("grid_lines", enum("none", "rows", "outer")),
		need("rows", list(1, 5, object(of(need("items", list(1, 3, object(of(
			need("block", notInside("layout")),
			may("width", enum("narrow", "standard", "wide")), may("horizontal_alignment", enum("start", "center", "end")),
		)))))))),
		may("fallback", list(0, maxBlocks, notInside("layout")))),
	"context_actions": of(idProp, need("elements", list(1, 5, oneOf(map[string]shape{
		"feedback_buttons": of(actionProp, need("positive_button", feedback), need("negative_button", feedback)),
		"icon_button": of(need("icon", enum("trash")), need("text", plain(1, 75)), actionProp, may("value", hidden(0, 2000)),
			confirmProp, labelProp, visibleProp),
	})))),
	"plan":      of(idProp, need("title", words(1, maxText)), need("tasks", list(0, 50, oneOf(map[string]shape{"task_card": task("pending", "in_progress", "complete", "error")})))),
	"task_card": task("in_progress", "complete", "error"),
}

var feedback = object(of(need("text", plain(1, 75)), need("value", hidden(0, 2000)), labelProp))

func task(statuses ...string) shape {
	rich := oneOf(map[string]shape{"rich_text": richText})
	return of(idProp, need("task_id", slackID), need("title", words(1, maxText)), need("status", enum(statuses...)),
		may("details", rich), may("output", rich), may("hide_title", boolean),
		may("sources", list(0, math.MaxInt32, oneOf(map[string]shape{"url": of(need("url", hidden(1, 3000)), need("text", words(1, maxText)))}))))
}

var card = of(idProp,
	may("title", anyText(1, 150)), may("subtitle", anyText(1, 150)), may("body", anyText(1, 200)), may("subtext", anyText(1, 200)),
	may("icon", oneOf(only(elements, "image"))), may("hero_image", oneOf(only(elements, "image"))),
	may("slack_icon", oneOf(map[string]shape{"icon": of(need("name", slackID))})),
	may("actions", list(1, 3, oneOf(only(elements, "button")))),
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

// inside is a block of one of these types, within another block.
func inside(types ...string) check {
	allowed := map[string]bool{}
	for _, t := range types {
		allowed[t] = true
	}
	return nested(func(kind string) bool { return allowed[kind] })
}

// notInside is a block of any type but one, within another block.
func notInside(banned string) check {
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
