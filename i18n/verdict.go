package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/message"
)

// A Finding is something that most of the failures share.
type Finding struct {
	Name  string // ready to read: "移动 (China Mobile)"
	Count int64
}

// Concentrated says how many failures there are and what most of them share. A finding without a name is none.
func (w Phrases) Concentrated(total int64, isp, province, server, reason Finding) string {
	var clauses []string
	add := func(f Finding, format string) {
		if f.Name != "" {
			clauses = append(clauses, w.f(format, w.allOrShare(f.Count, total), f.Name))
		}
	}
	add(isp, "%s on %s")
	add(province, "%s in %s")
	add(server, "%s at %s")
	add(reason, "%s %s")
	if len(clauses) == 0 {
		return w.sentence(w.Failures(total))
	}
	return w.sentence(w.f("%s: %s", w.Failures(total), w.clauses(clauses...)))
}

// Spread says how far the failures reach when no place stands out.
func (w Phrases) Spread(total int64, isps, provinces int, server, reason Finding) string {
	clauses := []string{w.f("%s over %s and %s", w.Failures(total), w.f("%d ISPs", isps), w.f("%d provinces", provinces))}
	if server.Name != "" {
		clauses = append(clauses, w.f("%s at %s", w.allOrShare(server.Count, total), server.Name))
	}
	if reason.Name != "" {
		clauses = append(clauses, w.f("%s %s", w.allOrShare(reason.Count, total), reason.Name))
	}
	return w.sentence(w.clauses(clauses...))
}

func (w Phrases) allOrShare(count, total int64) string {
	if count == total {
		return w.f("all")
	}
	return w.Share(count, total)
}

// OfProbes says which share of the probes failed, in a sentence; RateOf in a few words.
func (w Phrases) OfProbes(failed, probes int64) string {
	return w.f("That is %s.", w.RateOf(failed, probes))
}
func (w Phrases) RateOf(failed, probes int64) string {
	return w.f("%s of %d probes", w.Share(failed, probes), probes)
}

// NoFailures is good news.
func (w Phrases) NoFailures() string { return w.f("All quiet: no failures in this window.") }

// NoFailuresKnown is said where there may be some all the same.
func (w Phrases) NoFailuresKnown() string {
	return w.f("No failures in this window, as far as CAT has answered.")
}

// NoFailuresThere is said where the question left out what fails.
func (w Phrases) NoFailuresThere() string {
	return w.f("No failures on the ISP you asked about, but others have some.")
}

// FewFailures says that there are too few to judge by.
func (w Phrases) FewFailures(total int64) string {
	return w.sentence(w.f("%s, too few to say where it hurts", w.Failures(total)))
}

// Where to look first.
func (w Phrases) LookAtISP() string { return w.f("Mostly one ISP: look at its route to you first.") }
func (w Phrases) LookAtPlace() string {
	return w.f("Mostly one province: look at the network there first.")
}
func (w Phrases) LookAtServer() string {
	return w.f("One server address stands out: look at that server first.")
}
func (w Phrases) LookAtSite() string {
	return w.f("It fails nearly everywhere: look at your own site first.")
}
func (w Phrases) LookAtEach() string {
	return w.f("The tasks fail for reasons of their own: look at the line of each.")
}
func (w Phrases) LookWider() string {
	return w.f("You asked about a part only: leave the province or ISP out to see whether the rest fails too.")
}

// clauses joins parts of a sentence, names joins the members of a list.
func (w Phrases) clauses(parts ...string) string { return strings.Join(parts, w.f(", ")) }
func (w Phrases) names(names []string) string {
	return strings.Join(names, w.printer.Sprintf(message.Key(betweenNames, ", ")))
}

// sentence makes s one.
func (w Phrases) sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return w.f("%s.", string(unicode.ToUpper(first))+s[size:])
}
