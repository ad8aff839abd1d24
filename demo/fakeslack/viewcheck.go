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
	need("blocks", viewBlocks),
	may("private_metadata", hidden(0, 3000)), may("callback_id", hidden(0, 255)), may("external_id", hidden(0, 255)),
}

// viewShapes are the views by type.
var viewShapes = map[string]shape{
	HomeTab: of(viewProps...),
	Modal: of(append([]prop{
		need("title", plain(1, 24)), may("submit", plain(1, 24)), may("close", plain(1, 24)),
		may("clear_on_close", boolean), may("notify_on_close", boolean), may("submit_disabled", boolean),
	}, viewProps...)...).with(inputNeedsSubmit),
}

var surfaces = map[string]map[string]shape{HomeTab: homeBlocks, Modal: modalBlocks}

// ValidateView checks a view of a type, Modal or HomeTab, as Slack does. No problem means that Slack takes it.
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
	v.together()
}

// inputNeedsSubmit: without a button to send it, a form is of no use.
func inputNeedsSubmit(v *validator, o map[string]any) {
	if _, ok := o["submit"]; !ok && v.types["input"] > 0 {
		v.note("must define `submit` to use an `input` block in modals")
	}
}
