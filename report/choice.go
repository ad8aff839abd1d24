package report

import "catbot/catapi"

// A Choice holds the entries of the menus under an answer or a trend, the worst first.
type Choice struct {
	ISPs      []string // ISPs that fail, requested or not
	Provinces []Place
}

// choiceOf returns the ISPs and provinces that fail. others are failures by ISP, of ISPs that were not requested.
func choiceOf(isps []ISP, places []Place, others map[string]int64) Choice {
	all := append([]ISP(nil), isps...)
	for name, count := range others {
		all = append(all, ISP{Name: name, Count: count})
	}
	c := Choice{Provinces: places}
	for _, isp := range sorted(all) {
		c.ISPs = append(c.ISPs, isp.Name)
	}
	return c
}

// countOthers adds to others the failures of h on ISPs that q does not request.
func (q Question) countOthers(others map[string]int64, h catapi.History) {
	for _, row := range h.Rows {
		if row.Code != 0 && row.Count > 0 && q.ISP != nil && !q.ISP(row.ISP) {
			others[row.ISP] += row.Count
		}
	}
}
