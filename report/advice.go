package report

import (
	"catbot/catapi"
	"catbot/i18n"
)

// An Advice is where to look first.
type Advice int

const (
	NoAdvice     Advice = iota
	LookAtISP           // one ISP fails
	LookAtPlace         // one province fails
	LookAtServer        // one server address fails
	LookAtSite          // it fails everywhere
	LookAtEach          // several tasks fail, each for a reason of its own
	LookWider           // the question was too narrow to tell
)

// Text says where to look first; it is empty of NoAdvice.
func (a Advice) Text(w i18n.Phrases) string {
	switch a {
	case LookAtISP:
		return w.LookAtISP()
	case LookAtPlace:
		return w.LookAtPlace()
	case LookAtServer:
		return w.LookAtServer()
	case LookAtSite:
		return w.LookAtSite()
	case LookAtEach:
		return w.LookAtEach()
	case LookWider:
		return w.LookWider()
	}
	return ""
}

// A hint says in one line what a return code usually means and what to check first.
type hint = func(i18n.Phrases) string

// hintOf gives the hint for a return code of a task of a kind; nil where nothing is known.
func hintOf(kind catapi.Kind, code int64) hint {
	if found, ok := kindHints[kind][code]; ok {
		return found
	}
	return codeHint(code)
}

// kindHints are for the codes of API 3.0 whose meaning depends on the kind of task. Sources: see kindGloss in package i18n.
var kindHints = map[catapi.Kind]map[int64]hint{
	catapi.Network: {
		601: i18n.Phrases.CheckDNS, 602: i18n.Phrases.CheckRoute, 603: i18n.Phrases.CheckRoute, 605: i18n.Phrases.CheckPort,
		606: i18n.Phrases.CheckDNS, 608: i18n.Phrases.CheckDNS, 609: i18n.Phrases.CheckDNS,
	},
	catapi.Port: {600: i18n.Phrases.CheckDNS, 608: i18n.Phrases.CheckTLS, 609: i18n.Phrases.CheckLoad},
}

// codeHint is for the codes of API v2, after the vendor's table of them (故障返回码). HTTP's statuses are codes of their own, and
// most have a negative one, too.
func codeHint(code int64) hint {
	switch code {
	case 10000, -1:
		return i18n.Phrases.CheckDNS
	case 10003, 10015, 10016, 10018, 10019, -17:
		return i18n.Phrases.CheckRoute
	case 110, 10009, 10010, 10021, 10023, 10024, -2, -5:
		return i18n.Phrases.CheckPort
	case 111:
		return i18n.Phrases.CheckService
	case 6, 802, -7:
		return i18n.Phrases.CheckResets
	case 10011, 10012, 10013, 10014, -3, -4, -6:
		return i18n.Phrases.CheckLoad
	case 1, 2, 3, 4, 5, 7, 8, 10034:
		return i18n.Phrases.CheckTLS
	case 10005, 10006, 10031, 10032, 10033, -16:
		return i18n.Phrases.CheckContent
	case 10020:
		return i18n.Phrases.CheckRecords
	case 10007, 10008, 10022, 20008, 20009, 20011, -8, -9, -31, -63:
		return i18n.Phrases.CheckProbe
	}
	switch {
	case code == 404, code == -35:
		return i18n.Phrases.CheckPath
	case code >= 300 && code < 400, code == -36, code == -38:
		return i18n.Phrases.CheckRedirect
	case code >= 400 && code < 500, code == -37:
		return i18n.Phrases.CheckAccess
	case code >= 500 && code < 600, code == -32, code == -33, code == -34:
		return i18n.Phrases.CheckSiteLog
	}
	return nil
}
