package report

import (
	"catbot/i18n"
)

// A Verdict says in one line where it hurts. The rule:
//
//   - No failures: all is quiet. Fewer than enough: too few to tell.
//   - Failures concentrate on an ISP, a province, a server address or a reason that has at least four fifths of
//     them. An ISP or a province that the question itself picked out is no finding.
//   - One ISP: look at its route. Else one province: look at the network there. Else one server address, while others
//     fail too: look at that server. Else they are everywhere: look at your own site.
//   - Where they are everywhere only because several tasks fail, each in a place of its own: look at each.
//   - Where the question was limited to some ISPs or provinces and nothing inside stands out, only a wider question can
//     tell.
type Verdict struct {
	Total    int64
	Few      bool
	ISP      *ISP // what most failures share; nil where nothing stands out
	Province *Place
	Server   *Server
	Reason   *Reason
	Advice   Advice
	Reach    Reach
}

// Reach is how far the failures go.
type Reach struct{ ISPs, Provinces, Servers int }

const (
	// enough failures to verdictOf by: with fewer, four fifths of them are chance.
	enough = 5
	// most is the share that makes a concentration, in fifths.
	most = 4
	// shownName is how many characters of a name from outside stand in a sentence.
	shownName = 60
)

// verdictOf applies the rule to f, where so many ISPs and provinces were asked about; 0 is all.
func verdictOf(f Findings, askedISPs, askedProvinces int) Verdict {
	v := Verdict{Total: f.Total, Few: f.Total > 0 && f.Total < enough}
	v.Reach = Reach{failing(f.ISPs), failing(f.Provinces), failing(f.Servers)}
	if f.Total < enough {
		return v
	}
	if askedISPs != 1 {
		v.ISP = concentration(f.ISPs, f.Total)
	}
	if askedProvinces != 1 {
		v.Province = concentration(f.Provinces, f.Total)
	}
	v.Server = concentration(f.Servers, f.Total)
	if v.Server != nil && v.Server.IP == "" {
		v.Server = nil // no address at all is no finding
	}
	v.Reason = concentration(f.Reasons, f.Total)
	switch {
	case v.ISP != nil:
		v.Advice = LookAtISP
	case v.Province != nil:
		v.Advice = LookAtPlace
	case v.Server != nil && v.Reach.Servers > 1:
		v.Advice = LookAtServer
	case askedISPs > 0 || askedProvinces > 0:
		v.Advice = LookWider
	default:
		v.Advice = LookAtSite
	}
	return v
}

// stands reports whether something stands out.
func (v Verdict) stands() bool {
	return v.Advice == LookAtISP || v.Advice == LookAtPlace || v.Advice == LookAtServer
}

// concentration returns the first of sorted rows if it has most of total.
func concentration[T interface{ size() (int64, int64) }](rows []T, total int64) *T {
	if len(rows) == 0 {
		return nil
	}
	if count, _ := rows[0].size(); float64(count)*5 < float64(total)*most {
		return nil
	}
	return &rows[0]
}

// failing counts the rows that fail now; those that only failed before stand at the end.
func failing[T interface{ size() (int64, int64) }](rows []T) int {
	for i, row := range rows {
		if count, _ := row.size(); count == 0 {
			return i
		}
	}
	return len(rows)
}

// Sentence is v in words, without its advice.
func (v Verdict) Sentence(w i18n.Phrases) string {
	var isp, province, server, reason i18n.Finding
	if v.ISP != nil {
		isp = i18n.Finding{Name: i18n.Plain(w.ISP(v.ISP.Name), shownName), Count: v.ISP.Count}
	}
	if v.Province != nil {
		province = i18n.Finding{Name: i18n.Plain(v.Province.Label(w), shownName), Count: v.Province.Count}
	}
	if v.Server != nil {
		server = i18n.Finding{Name: i18n.Plain(v.Server.IP, shownName), Count: v.Server.Count}
	}
	if v.Reason != nil {
		reason = i18n.Finding{Name: w.Reason(i18n.Plain(v.Reason.Text, shownName), v.Reason.Kind, v.Reason.Code), Count: v.Reason.Count}
	}
	switch {
	case v.Total == 0:
		return w.NoFailures()
	case v.Few:
		return w.FewFailures(v.Total)
	case v.ISP == nil && v.Province == nil && v.Advice != LookAtServer:
		return w.Spread(v.Total, v.Reach.ISPs, v.Reach.Provinces, server, reason)
	}
	return w.Concentrated(v.Total, isp, province, server, reason)
}

// Label is the province's name as it is shown.
func (p Place) Label(w i18n.Phrases) string {
	switch {
	case !i18n.Blank(p.Name):
		return p.Name
	case !i18n.Blank(p.Code):
		return p.Code
	}
	return w.NoName()
}
