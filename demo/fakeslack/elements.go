package fakeslack

import (
	"math"
	"regexp"
)

// The elements that a person can press, choose from, or type into.

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
	url3000     = hiddenText(0, 3000)
	slackID     = hiddenText(1, 255)
	actionProp  = optional("action_id", actionID)
	focusProp   = optional("focus_on_load", boolean)
	placeholder = optional("placeholder", plain(1, 150))
	styleProp   = optional("style", enum("primary", "danger"))
	labelProp   = optional("accessibility_label", visibleText(0, 75))
	visibleProp = optional("visible_to_user_ids", list(1, 10, slackID))
	confirmProp = optional("confirm", object(of(
		required("title", plain(1, 100)), required("text", anyText(1, 300)),
		required("confirm", plain(1, 30)), required("deny", plain(1, 30)), styleProp,
	)))
	dispatchProp = optional("dispatch_action_config", object(of(
		required("trigger_actions_on", list(1, 2, enum("on_enter_pressed", "on_character_entered"))),
	)))
)

// option is a choice; only radio buttons and checkboxes show mrkdwn, only an overflow menu opens a URL.
func option(text func(least, most int) check, more ...prop) check {
	return object(of(append([]prop{
		required("text", text(1, 75)), required("value", hiddenText(0, 150)), optional("description", text(1, 75)),
	}, more...)...))
}

var (
	menuOption = option(plain)
	markOption = option(anyText)
	linkOption = option(plain, optional("url", url3000))
	groups     = optional("option_groups", list(1, 100, object(of(
		required("label", plain(1, 75)), required("options", list(1, 100, menuOption)),
	))))
)

var imageElement = of(
	optional("image_url", hiddenText(1, 3000)), optional("slack_file", slackFile),
	required("alt_text", visibleText(0, 2000)),
).with(oneImage)

var slackFile = object(of(optional("id", matching(fileForm)), optional("url", hiddenText(1, 3000))))

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

// selects returns the five menus for one choice, or with the prefix "multi_" those for several.
func selects(prefix string, one func(what string, c check) prop, more ...prop) map[string]shape {
	menu := func(props ...prop) shape {
		return of(append(append([]prop{actionProp, placeholder, confirmProp, focusProp}, props...), more...)...)
	}
	conversation := []prop{
		optional("default_to_current_conversation", boolean),
		optional("filter", object(of(
			optional("include", list(1, 4, enum("im", "mpim", "private", "public"))),
			optional("exclude_external_shared_channels", boolean), optional("exclude_bot_users", boolean),
		))),
	}
	if prefix == "" {
		conversation = append(conversation, optional("response_url_enabled", boolean))
	}
	return map[string]shape{
		prefix + "static_select": menu(optional("options", list(1, 100, menuOption)), groups,
			one("option", menuOption)).with(oneSource),
		prefix + "external_select": menu(optional("min_query_length", integer(0, math.MaxInt32)),
			one("option", menuOption)),
		prefix + "users_select":         menu(one("user", slackID)),
		prefix + "conversations_select": menu(append(conversation, one("conversation", slackID))...),
		prefix + "channels_select":      menu(optional("response_url_enabled", boolean), one("channel", slackID)),
	}
}

func initialOne(what string, c check) prop { return optional("initial_"+what, c) }

func initialMany(what string, c check) prop { return optional("initial_"+what+"s", list(0, 100, c)) }

// elements holds all elements by type. Each block allows some of them, see only.
var elements = merge(
	selects("", initialOne),
	selects("multi_", initialMany, optional("max_selected_items", integer(1, math.MaxInt32))),
	map[string]shape{
		"image": imageElement,
		"button": of(required("text", plain(1, 75)), actionProp, optional("url", url3000),
			optional("value", hiddenText(0, 2000)),
			styleProp, confirmProp, labelProp, visibleProp),
		"workflow_button": of(required("text", plain(1, 75)), required("action_id", actionID), styleProp, labelProp,
			required("workflow", object(of(required("trigger", object(of(
				required("url", hiddenText(1, 3000)),
				optional("customizable_input_parameters",
					list(0, 100, object(of(required("name", slackID), required("value", hiddenText(0, 3000)))))),
			))))))),
		"overflow": of(actionProp, required("options", list(1, 5, linkOption)), confirmProp),
		"checkboxes": of(actionProp, required("options", list(1, 10, markOption)),
			optional("initial_options", list(1, 10, markOption)), confirmProp, focusProp),
		"radio_buttons": of(actionProp, required("options", list(1, 10, markOption)),
			optional("initial_option", markOption), confirmProp, focusProp),
		"datepicker": of(actionProp, placeholder, optional("initial_date", matching(dateForm)), confirmProp, focusProp),
		"timepicker": of(actionProp, placeholder, optional("initial_time", matching(timeForm)),
			optional("timezone", hiddenText(1, 255)), confirmProp, focusProp),
		"datetimepicker": of(actionProp, confirmProp, focusProp,
			optional("initial_date_time", integer(1_000_000_000, 9_999_999_999))),
		"plain_text_input": of(actionProp, placeholder, optional("initial_value", visibleText(0, 3000)),
			optional("multiline", boolean),
			optional("min_length", integer(0, 3000)), optional("max_length", integer(1, 3000)),
			dispatchProp, focusProp),
		"email_text_input": of(actionProp, placeholder, optional("initial_value", visibleText(0, 3000)), dispatchProp,
			focusProp),
		"url_text_input": of(actionProp, placeholder, optional("initial_value", visibleText(0, 3000)), dispatchProp,
			focusProp),
		"number_input": of(actionProp, placeholder, required("is_decimal_allowed", boolean),
			optional("initial_value", hiddenText(0, 255)),
			optional("min_value", hiddenText(0, 255)), optional("max_value", hiddenText(0, 255)),
			dispatchProp, focusProp),
		"rich_text_input": of(actionProp, placeholder,
			optional("initial_value", oneOf(map[string]shape{"rich_text": richText})),
			optional("min_lines", integer(1, 100)), optional("max_lines", integer(1, 100)), dispatchProp, focusProp),
		"file_input": of(actionProp, optional("filetypes", list(1, 100, slackID)),
			optional("max_files", integer(1, 10))),
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
