package fakeslack

import "encoding/json"

// Limits of a view.
const (
	maxViewBlocks = 100
	maxViewBytes  = 250_000
	maxStack      = 3 // modals on top of each other
)

// The types of a view.
const (
	Modal   = "modal"
	HomeTab = "home"
)

var viewProps = []prop{
	required("blocks", viewBlocks),
	optional("private_metadata", hiddenText(0, 3000)), optional("callback_id", hiddenText(0, 255)),
	optional("external_id", hiddenText(0, 255)),
}

// viewShapes holds the shape of each type of view.
var viewShapes = map[string]shape{
	HomeTab: of(viewProps...),
	Modal: of(append([]prop{
		required("title", plain(1, 24)), optional("submit", plain(1, 24)), optional("close", plain(1, 24)),
		optional("clear_on_close", boolean), optional("notify_on_close", boolean), optional("submit_disabled", boolean),
	}, viewProps...)...).with(inputNeedsSubmit),
}

var surfaces = map[string]map[string]shape{HomeTab: homeBlocks, Modal: modalBlocks}

// ValidateView checks a view of a type, Modal or HomeTab, as Slack does. Slack accepts a view without problems.
func ValidateView(view json.RawMessage, kind string) []Problem { return validateView(view, kind, nil) }

func validateView(raw json.RawMessage, kind string, refused map[string]bool) []Problem {
	v := newValidator(surfaces[kind], maxViewBlocks, refused)
	v.push("view")
	var view any
	decode(raw, &view) // what is no JSON is no object either
	oneOf(only(viewShapes, kind))(v, view)
	return v.problems
}

func viewBlocks(v *validator, value any) {
	list(1, maxViewBlocks, (*validator).block)(v, value)
	v.checkTotals()
}

// inputNeedsSubmit checks that a modal with an input has a submit button.
func inputNeedsSubmit(v *validator, o map[string]any) {
	if _, ok := o["submit"]; !ok && v.types["input"] > 0 {
		v.note("must define `submit` to use an `input` block in modals")
	}
}
