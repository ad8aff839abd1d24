package fakeslack

// data_visualization: a chart of at most 12 series or segments
// (docs.slack.dev/reference/block-kit/blocks/data-visualization-block).

var chart = of(idProp, need("title", words(1, 50)), need("chart", oneOf(map[string]shape{
	"pie":  of(need("segments", list(1, 12, object(of(need("label", words(1, 20)), need("value", positive)))))),
	"bar":  axes,
	"area": axes,
	"line": axes,
})))

// The points' labels repeat the categories and are shown once.
var axes = of(
	need("series", list(1, 12, object(of(
		need("name", words(1, 20)),
		need("data", list(1, 20, object(of(need("label", hidden(1, 20)), need("value", number))))),
	)))),
	need("axis_config", object(of(
		need("categories", list(1, 20, words(1, 20))), may("x_label", words(0, 50)), may("y_label", words(0, 50)),
	))),
).with(onePointEach)

func positive(v *validator, value any) {
	if n, ok := v.number(value); ok && n <= 0 {
		v.note("must be more than 0")
	}
}

// onePointEach is the rule that names and categories are unique and every series has one point for every category.
// Values of a wrong type were noted before and are passed over.
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
