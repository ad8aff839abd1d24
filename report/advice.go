package report

import (
	"catbot/catapi"
	"catbot/i18n"
)

// An Advice is where to look first.
type Advice int

const (
	NoAdvice       Advice = iota
	LookAtISP             // one ISP fails
	LookAtISPs            // a few do
	LookAtPlace           // one province fails
	LookAtPlaces          // a few do
	LookAtISPThere        // one ISP fails in one province
	LookAtGroups          // a few of these, of more than one kind
	LookAtServer          // one server address fails
	LookAtSite            // it fails everywhere
	LookAtEach            // several tasks fail, each for a reason of its own
	LookWider             // the question was too narrow to tell
)

var adviceText = map[Advice]func(i18n.Phrases) string{
	LookAtISP:      i18n.Phrases.LookAtISP,
	LookAtISPs:     i18n.Phrases.LookAtISPs,
	LookAtPlace:    i18n.Phrases.LookAtPlace,
	LookAtPlaces:   i18n.Phrases.LookAtPlaces,
	LookAtISPThere: i18n.Phrases.LookAtISPThere,
	LookAtGroups:   i18n.Phrases.LookAtGroups,
	LookAtServer:   i18n.Phrases.LookAtServer,
	LookAtSite:     i18n.Phrases.LookAtSite,
	LookAtEach:     i18n.Phrases.LookAtEach,
	LookWider:      i18n.Phrases.LookWider,
}

// Text says where to look first; it is empty of NoAdvice.
func (a Advice) Text(w i18n.Phrases) string {
	if said := adviceText[a]; said != nil {
		return said(w)
	}
	return ""
}

// WhereToLook is v's advice in words, and what would have to be known to give a better one.
func (v Verdict) WhereToLook(w i18n.Phrases) string {
	if v.Advice == LookAtSite && v.Counted {
		return w.Sentences(w.LookAtSite(), w.NoServerAddresses())
	}
	return v.Advice.Text(w)
}

// A hint says in one line what a return code usually means and what to check first: as it is said in general, where
// one place alone fails, and where all do. The latter two may be nil.
type hint struct{ usual, local, everywhere func(i18n.Phrases) string }

// on chooses the words for a verdict.
func (h *hint) on(v Verdict, w i18n.Phrases) string {
	switch {
	case v.local() && h.local != nil:
		return h.local(w)
	case v.Advice == LookAtSite && h.everywhere != nil:
		return h.everywhere(w)
	}
	return h.usual(w)
}

// What the hints say. A code that only the server could send tells of another thing where one place alone gets it.
var (
	hintDNS      = &hint{i18n.Phrases.CheckDNS, i18n.Phrases.CheckDNSThere, i18n.Phrases.CheckDNSEverywhere}
	hintRoute    = &hint{i18n.Phrases.CheckRoute, nil, i18n.Phrases.CheckRouteEverywhere}
	hintPort     = &hint{i18n.Phrases.CheckPort, i18n.Phrases.CheckConnectionsThere, nil}
	hintService  = &hint{i18n.Phrases.CheckService, i18n.Phrases.CheckAnswerThere, nil}
	hintResets   = &hint{i18n.Phrases.CheckResets, i18n.Phrases.CheckConnectionsThere, nil}
	hintLoad     = &hint{i18n.Phrases.CheckLoad, i18n.Phrases.CheckConnectionsThere, nil}
	hintTLS      = &hint{i18n.Phrases.CheckTLS, i18n.Phrases.CheckAnswerThere, nil}
	hintContent  = &hint{i18n.Phrases.CheckContent, i18n.Phrases.CheckAnswerThere, nil}
	hintRecords  = &hint{i18n.Phrases.CheckRecords, i18n.Phrases.CheckDNSThere, nil}
	hintProbe    = &hint{i18n.Phrases.CheckProbe, nil, nil}
	hintPath     = &hint{i18n.Phrases.CheckPath, i18n.Phrases.CheckAnswerThere, nil}
	hintRedirect = &hint{i18n.Phrases.CheckRedirect, i18n.Phrases.CheckAnswerThere, nil}
	hintAccess   = &hint{i18n.Phrases.CheckAccess, i18n.Phrases.CheckAnswerThere, nil}
	hintSiteLog  = &hint{i18n.Phrases.CheckSiteLog, i18n.Phrases.CheckAnswerThere, nil}
)

// hintOf gives the hint for a return code of a task of a kind; nil where nothing is known.
func hintOf(kind catapi.Kind, code int64) *hint {
	if found, ok := kindHints[kind][code]; ok {
		return found
	}
	return codeHint(code)
}

// kindHints are for the codes of API 3.0 whose meaning depends on the kind of task. Sources: see kindGloss in package
// i18n.
var kindHints = map[catapi.Kind]map[int64]*hint{
	catapi.Network: {
		601: hintDNS, 602: hintRoute, 603: hintRoute, 605: hintPort,
		606: hintDNS, 608: hintDNS, 609: hintDNS,
	},
	catapi.Port: {600: hintDNS, 608: hintTLS, 609: hintLoad},
}

// codeHint is for the codes of API v2, after the vendor's table of them (故障返回码). HTTP's statuses are codes of their
// own, and most have a negative one, too.
func codeHint(code int64) *hint {
	switch code {
	case 10000, -1:
		return hintDNS
	case 10003, 10015, 10016, 10018, 10019, -17:
		return hintRoute
	case 110, 10009, 10010, 10021, 10023, 10024, -2, -5:
		return hintPort
	case 111:
		return hintService
	case 6, 802, -7:
		return hintResets
	case 10011, 10012, 10013, 10014, -3, -4, -6:
		return hintLoad
	case 1, 2, 3, 4, 5, 7, 8, 10034:
		return hintTLS
	case 10005, 10006, 10031, 10032, 10033, -16:
		return hintContent
	case 10020:
		return hintRecords
	case 10007, 10008, 10022, 20008, 20009, 20011, -8, -9, -31, -63:
		return hintProbe
	}
	switch {
	case code == 404, code == -35:
		return hintPath
	case code >= 300 && code < 400, code == -36, code == -38:
		return hintRedirect
	case code >= 400 && code < 500, code == -37:
		return hintAccess
	case code >= 500 && code < 600, code == -32, code == -33, code == -34:
		return hintSiteLog
	}
	return nil
}
