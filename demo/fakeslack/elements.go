package fakeslack

import (
	"math"
	"regexp"
)

// elements: what can be pressed, picked and typed into.

var (
	dateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	timeForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	fileForm = regexp.MustCompile(`^F[A-Z0-9]{8,}$`)
)

func matching(form *regexp.Regexp) check {
	return func(v *validator, value any) {
		if s, ok := value.(string); !ok || !form.MatchString(s) {
			v.note("must match pattern: " + form.String())
		}
	}
}

var (
	url3000     = hidden(0, 3000)
	slackID     = hidden(1, 255)
	actionProp  = may("action_id", actionID)
	focusProp   = may("focus_on_load", boolean)
	placeholder = may("placeholder", plain(1, 150))
	styleProp   = may("style", enum("primary", "danger"))
	labelProp   = may("accessibility_label", words(0, 75))
	visibleProp = may("visible_to_user_ids", list(1, 10, slackID))
	confirmProp = may("confirm", object(of(
		need("title", plain(1, 100)), need("text", anyText(1, 300)),
		need("confirm", plain(1, 30)), need("deny", plain(1, 30)), styleProp,
	)))
	dispatchProp = may("dispatch_action_config", object(of(
		need("trigger_actions_on", list(1, 2, enum("on_enter_pressed", "on_character_entered"))),
	)))
)

// option is a choice; only radio buttons and checkboxes show mrkdwn, only an overflow menu opens a URL.
func option(text func(least, most int) check, more ...prop) check {
	return object(of(append([]prop{
		need("text", text(1, 75)), need("value", hidden(0, 150)), may("description", text(1, 75)),
	}, more...)...))
}

var (
	menuOption = option(plain)
	markOption = option(anyText)
	linkOption = option(plain, may("url", url3000))
	groups     = may("option_groups", list(1, 100, object(of(
		need("label", plain(1, 75)), need("options", list(1, 100, menuOption)),
	))))
)

var imageElement = of(
	may("image_url", hidden(1, 3000)), may("slack_file", slackFile), need("alt_text", words(0, 2000)),
).with(oneImage)

var slackFile = object(of(may("id", matching(fileForm)), may("url", hidden(1, 3000))))

func oneImage(v *validator, o map[string]any) {
	_, url := o["image_url"]
	_, file := o["slack_file"]
	if url == file {
		v.note("must define either `image_url` or `slack_file`")
	}
}

func oneSource(v *validator, o map[string]any) {
	_, options := o["options"]
	_, groups := o["option_groups"]
	if options == groups {
		v.note("must define either `options` or `option_groups`")
	}
}

// selects makes the five menus of one family: those for one choice, or the multi_ ones for several.
func selects(prefix string, one func(what string, c check) prop, more ...prop) map[string]shape {
	menu := func(props ...prop) shape {
		return of(append(append([]prop{actionProp, placeholder, confirmProp, focusProp}, props...), more...)...)
	}
	conversation := []prop{
		may("default_to_current_conversation", boolean),
		may("filter", object(of(
			may("include", list(1, 4, enum("im", "mpim", "private", "public"))),
			may("exclude_external_shared_channels", boolean), may("exclude_bot_users", boolean),
		))),
	}
	if prefix == "" {
		conversation = append(conversation, may("response_url_enabled", boolean))
	}
	return map[string]shape{
		prefix + "static_select":        menu(may("options", list(1, 100, menuOption)), groups, one("option", menuOption)).with(oneSource),
		prefix + "external_select":      menu(may("min_query_length", integer(0, math.MaxInt32)), one("option", menuOption)),
		prefix + "users_select":         menu(one("user", slackID)),
		prefix + "conversations_select": menu(append(conversation, one("conversation", slackID))...),
		prefix + "channels_select":      menu(may("response_url_enabled", boolean), one("channel", slackID)),
	}
}

func initialOne(what string, c check) prop { return may("initial_"+what, c) }

func initialMany(what string, c check) prop { return may("initial_"+what+"s", list(0, 100, c)) }

// elements are all elements by type. An element is allowed in a block by only().
var elements = merge(
	selects("", initialOne),
	selects("multi_", initialMany, may("max_selected_items", integer(1, math.MaxInt32))),
	map[string]shape{
		"image": imageElement,
		"button": of(need("text", plain(1, 75)), actionProp, may("url", url3000), may("value", hidden(0, 2000)),
			styleProp, confirmProp, labelProp, visibleProp),
		"workflow_button": of(need("text", plain(1, 75)), need("action_id", actionID), styleProp, labelProp,
			need("workflow", object(of(need("trigger", object(of(
				need("url", hidden(1, 3000)),
				may("customizable_input_parameters", list(0, 100, object(of(need("name", slackID), need("value", hidden(0, 3000)))))),
			))))))),
		"overflow":       of(actionProp, need("options", list(1, 5, linkOption)), confirmProp),
		"checkboxes":     of(actionProp, need("options", list(1, 10, markOption)), may("initial_options", list(1, 10, markOption)), confirmProp, focusProp),
		"radio_buttons":  of(actionProp, need("options", list(1, 10, markOption)), may("initial_option", markOption), confirmProp, focusProp),
		"datepicker":     of(actionProp, placeholder, may("initial_date", matching(dateForm)), confirmProp, focusProp),
		"timepicker":     of(actionProp, placeholder, may("initial_time", matching(timeForm)), may("timezone", hidden(1, 255)), confirmProp, focusProp),
		"datetimepicker": of(actionProp, may("initial_date_time", integer(1_000_000_000, 9_999_999_999)), confirmProp, focusProp),
		"plain_text_input": of(actionProp, placeholder, may("initial_value", words(0, 3000)), may("multiline", boolean),
			may("min_length", integer(0, 3000)), may("max_length", integer(1, 3000)), dispatchProp, focusProp),
		"email_text_input": of(actionProp, placeholder, may("initial_value", words(0, 3000)), dispatchProp, focusProp),
		"url_text_input":   of(actionProp, placeholder, may("initial_value", words(0, 3000)), dispatchProp, focusProp),
		"number_input": of(actionProp, placeholder, need("is_decimal_allowed", boolean), may("initial_value", hidden(0, 255)),
			may("min_value", hidden(0, 255)), may("max_value", hidden(0, 255)), dispatchProp, focusProp),
		"rich_text_input": of(actionProp, placeholder, may("initial_value", oneOf(map[string]shape{"rich_text": richText})),
			may("min_lines", integer(1, 100)), may("max_lines", integer(1, 100)), dispatchProp, focusProp),
		"file_input": of(actionProp, may("filetypes", list(1, 100, slackID)), may("max_files", integer(1, 10))),
	},
)

func merge(maps ...map[string]shape) map[string]shape {
	all := map[string]shape{}
	for _, m := range maps {
		for name, s := range m {
			all[name] = s
		}
	}
	return all
}
