package report

import "catbot/catapi"

// A Choice is what the menus under an answer or a trend offer, the worst first.
type Choice struct {
	ISPs      []string // those that fail, also those that were not asked about
	Provinces []Place
}

// choiceOf is the choice of ISPs and provinces that fail. others are failures by ISP that were not asked about.
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

// countOthers adds the failures of h on ISPs that q does not ask about to others.
func (q Question) countOthers(others map[string]int64, h catapi.History) {
	for _, row := range h.Rows {
		if row.Code != 0 && row.Count > 0 && q.ISP != nil && !q.ISP(row.ISP) {
			others[row.ISP] += row.Count
		}
	}
}
