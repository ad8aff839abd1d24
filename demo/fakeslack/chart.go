package fakeslack

// data_visualization: a chart of at most 12 series or segments
// (docs.slack.dev/reference/block-kit/blocks/data-visualization-block).

var chart = of(idProp, required("title", visibleText(1, 50)), required("chart", oneOf(map[string]shape{
	"pie": of(required("segments", list(1, 12, object(of(required("label", visibleText(1, 20)),
		required("value", positive)))))),
	"bar":  axes,
	"area": axes,
	"line": axes,
})))

// The points' labels repeat the categories and are shown once.
var axes = of(
	required("series", list(1, 12, object(of(
		required("name", visibleText(1, 20)),
		required("data", list(1, 20, object(of(required("label", hiddenText(1, 20)), required("value", number))))),
	)))),
	required("axis_config", object(of(
		required("categories", list(1, 20, visibleText(1, 20))), optional("x_label", visibleText(0, 50)),
		optional("y_label", visibleText(0, 50)),
	))),
).with(onePointEach)

func positive(v *validator, value any) {
	if n, ok := v.number(value); ok && n <= 0 {
		v.note("must be more than 0")
	}
}

// onePointEach checks that names and categories are unique and that each series has one point for each category.
// It skips values of a wrong type, which were reported before.
func onePointEach(v *validator, o map[string]any) {
	axis, _ := o["axis_config"].(map[string]any)
	categories, _ := axis["categories"].([]any)
	known := map[string]bool{}
	for i, c := range categories {
		name, _ := c.(string)
		if known[name] {
			v.push("axis_config")
			v.push("categories")
			v.pushIndex(i)
			v.note("must be unique")
			v.path = v.path[:len(v.path)-3]
		}
		known[name] = true
	}
	series, _ := o["series"].([]any)
	names := map[string]bool{}
	v.push("series")
	for i, s := range series {
		one, _ := s.(map[string]any)
		v.pushIndex(i)
		if name, ok := one["name"].(string); ok {
			if names[name] {
				v.noteAt("name", "must be unique")
			}
			names[name] = true
		}
		v.push("data")
		v.points(one["data"], known)
		v.pop()
		v.pop()
	}
	v.pop()
}

// points checks the points of one series against the categories.
func (v *validator) points(data any, categories map[string]bool) {
	points, _ := data.([]any)
	seen := map[string]bool{}
	for i, p := range points {
		point, _ := p.(map[string]any)
		label, ok := point["label"].(string)
		if !ok {
			continue
		}
		v.pushIndex(i)
		if !categories[label] {
			v.noteAt("label", "must be one of the categories")
		} else if seen[label] {
			v.noteAt("label", "must be unique in its series")
		}
		v.pop()
		seen[label] = true
	}
	if len(points) < len(categories) {
		v.note("must have one point for every category")
	}
}
