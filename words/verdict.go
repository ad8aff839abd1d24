package words

import "strings"

// A Finding is something that most of the failures share.
type Finding struct {
	Name  string // ready to read: "移动 (China Mobile)"
	Count int64
}

// An Advice is where to look first.
type Advice int

const (
	NoAdvice     Advice = iota
	LookAtISP           // one ISP fails
	LookAtPlace         // one province fails
	LookAtServer        // one server address fails
	LookAtSite          // it fails everywhere
	LookWider           // the question was too narrow to tell
)

// Concentrated says how many failures there are and what most of them share. A finding without a name is none.
func (w Words) Concentrated(total int64, isp, province, server, reason Finding) string {
	var clauses []string
	add := func(f Finding, before string) {
		if f.Name == "" {
			return
		}
		how := w.Share(f.Count, total)
		if f.Count == total {
			how = "all"
		}
		clauses = append(clauses, how+" "+before+f.Name)
	}
	add(isp, "on ")
	add(province, "in ")
	add(server, "at ")
	add(reason, "")
	if len(clauses) == 0 {
		return sentence(w.Failures(total))
	}
	return sentence(w.Failures(total) + ": " + strings.Join(clauses, ", "))
}

// Spread says how far the failures reach when no place stands out.
func (w Words) Spread(total int64, isps, provinces int, server, reason Finding) string {
	reach := w.plural(isps, "ISP", "ISPs") + " and " + w.plural(provinces, "province", "provinces")
	tail := ""
	if server.Name != "" {
		tail += ", " + w.allOrShare(server.Count, total) + " at " + server.Name
	}
	if reason.Name != "" {
		tail += ", " + w.allOrShare(reason.Count, total) + " " + reason.Name
	}
	return sentence(w.Failures(total) + " over " + reach + tail)
}

func (w Words) allOrShare(count, total int64) string {
	if count == total {
		return "all"
	}
	return w.Share(count, total)
}

// OfProbes says which share of the probes failed, in a sentence; RateOf in a few words.
func (w Words) OfProbes(failed, probes int64) string {
	return "That is " + w.RateOf(failed, probes) + "."
}
func (w Words) RateOf(failed, probes int64) string {
	return w.Share(failed, probes) + " of " + w.Count(probes) + " probes"
}

// NoFailures is good news.
func (w Words) NoFailures() string { return "All quiet: no failures in this window." }

// NoFailuresKnown is said where there may be some all the same.
func (w Words) NoFailuresKnown() string {
	return "No failures in this window, as far as CAT has answered."
}

// NoFailuresThere is said where the question left out what fails.
func (w Words) NoFailuresThere() string {
	return "No failures on the ISP you asked about, but others have some."
}

// FewFailures says that there are too few to judge by.
func (w Words) FewFailures(total int64) string {
	return sentence(w.Failures(total) + ", too few to say where it hurts")
}

// Advice says where to look first.
func (w Words) Advice(a Advice) string {
	switch a {
	case LookAtISP:
		return "Mostly one ISP: look at its route to you first."
	case LookAtPlace:
		return "Mostly one province: look at the network there first."
	case LookAtServer:
		return "One server address stands out: look at that server first."
	case LookAtSite:
		return "It fails nearly everywhere: look at your own site first."
	case LookWider:
		return "You asked about a part only: leave the province or ISP out to see whether the rest fails too."
	}
	return ""
}

func (w Words) plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return w.Count(int64(n)) + " " + many
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
