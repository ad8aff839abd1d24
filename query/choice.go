package query

import (
	"cmp"
	"slices"

	"catbot/report"
)

// provinceChoice returns the provinces that a menu offers: those that fail. If the request names provinces, the answer
// has no others; then the menu offers these and all that earlier answers about the tasks have named.
func (r *Runner) provinceChoice(request report.Request, failing []report.Place) []report.Place {
	if len(request.OnlyProvinces) == 0 {
		return failing
	}
	var all []report.Place
	add := func(place report.Place) {
		if !slices.ContainsFunc(all, func(p report.Place) bool {
			return p.Code == place.Code || p.Name == place.Name
		}) {
			all = append(all, place)
		}
	}
	for _, asked := range request.OnlyProvinces {
		add(report.Place{Code: asked, Name: cmp.Or(request.Places[asked], asked)})
	}
	for _, place := range failing {
		add(place)
	}
	for _, name := range r.seen.provinces(request.Tasks) {
		province, _ := r.provinces().Find(name)
		add(report.Place{Code: cmp.Or(province.Code, name), Name: name})
	}
	return all
}
