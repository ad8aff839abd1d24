package report

import (
	"cmp"

	"catbot/i18n"
)

// Sentence is v in words, without its advice.
func (v Verdict) Sentence(w i18n.Phrases) string {
	switch {
	case v.Tasks != nil:
		return v.ofTasks(w)
	case v.Total == 0 && v.Counted && v.Probed == 0:
		return w.NoData("")
	case v.Total == 0 && v.Counted:
		return w.NoneFailed(v.Probed)
	case v.Total == 0:
		return w.NoneReported()
	case v.Few:
		return w.FewFailures(v.Total)
	case len(v.Groups) > 0:
		return w.StandsOut(v.Total, v.rates(w), i18n.Rate{Failures: v.Others.Failures, Probes: v.Others.Probes},
			v.reason(w))
	case v.concentrated():
		return w.Concentrated(v.Total, shares(v.ISPs, v, w.ISP), shares(v.Places, v, w.Place), v.server(), v.reason(w))
	}
	reach := i18n.Reach{ISPs: v.Reach.ISPs, AllISPs: v.Reach.AllISPs, Provinces: v.Reach.Provinces,
		AllProvinces: v.Reach.AllProvinces}
	return w.Spread(v.Total, reach, v.Counted, shares(v.ISPs, v, w.ISP), shares(v.Places, v, w.Place), v.server(),
		v.reason(w))
}

// ofTasks is the verdict on several tasks in words.
func (v Verdict) ofTasks(w i18n.Phrases) string {
	switch {
	case v.Total > 0:
		return w.TasksFail(v.Total, v.Tasks.Failing, v.Tasks.All, v.shared(w))
	case v.Severity == NoneFailed:
		return w.NoneFailed(v.Probed)
	case v.Severity == NoData:
		return w.NoData("")
	}
	return w.NoneReported()
}

// shared names the ISP, province or server on which all failing tasks fail.
func (v Verdict) shared(w i18n.Phrases) []string {
	var names []string
	for _, rate := range v.rates(w) {
		names = append(names, rate.Name)
	}
	if v.Pair {
		return []string{Group{Kind: OfISPInProvince, ISP: v.ISPs[0].Name, Place: v.Places[0].Name}.Label(w)}
	}
	for _, isp := range shares(v.ISPs, v, w.ISP) {
		names = append(names, isp.Name)
	}
	for _, place := range shares(v.Places, v, w.Place) {
		names = append(names, place.Name)
	}
	return names
}

// rates are the groups that stand out, ready to read.
func (v Verdict) rates(w i18n.Phrases) []i18n.Rate {
	var rates []i18n.Rate
	for _, g := range v.Groups {
		rates = append(rates, i18n.Rate{Name: g.Label(w), Failures: g.Failures, Probes: g.Probes})
	}
	return rates
}

// Label is the name of g for a reader.
func (g Group) Label(w i18n.Phrases) string {
	isp, place := i18n.Plain(w.ISP(g.ISP), shownName), i18n.Plain(w.Place(g.Place), shownName)
	switch g.Kind {
	case OfISP:
		return isp
	case OfProvince:
		return place
	}
	return w.ISPIn(isp, place)
}

// shares are leaders, ready to read.
func shares(leaders []Leader, v Verdict, label func(string) string) []i18n.Finding {
	var all []i18n.Finding
	for _, l := range leaders {
		f := i18n.Finding{Name: i18n.Plain(label(l.Name), shownName), Count: l.Count, Only: l.Only}
		if v.Counted {
			f.Probes, f.AllProbes = l.Probes, v.Probed
		}
		all = append(all, f)
	}
	return all
}

func (v Verdict) server() i18n.Finding {
	if v.Server == nil {
		return i18n.Finding{}
	}
	return i18n.Finding{Name: i18n.Plain(v.Server.IP, shownName), Count: v.Server.Count}
}

func (v Verdict) reason(w i18n.Phrases) i18n.Finding {
	if v.Reason == nil {
		return i18n.Finding{}
	}
	return i18n.Finding{Name: w.Reason(i18n.Plain(v.Reason.Text, shownName), v.Reason.Kind, v.Reason.Code),
		Count: v.Reason.Count}
}

// label is the province's name, or its code if it has none.
func (p Place) label() string { return cmp.Or(p.Name, p.Code) }

// Label is the province's name for a reader.
func (p Place) Label(w i18n.Phrases) string {
	if !i18n.Blank(p.Name) {
		return w.Place(p.Name)
	}
	return w.Place(p.Code)
}
