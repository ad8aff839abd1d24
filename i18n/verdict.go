package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/message"
)

// A Finding is something that many of the failures share.
type Finding struct {
	Name              string // ready to read: "移动 (China Mobile)"; without one there is no finding
	Count             int64
	Probes, AllProbes int64 // its own, and all, where probes are counted
	Only              bool  // no other is probed
}

// A Rate is how many of a group's probes failed.
type Rate struct {
	Name             string
	Failures, Probes int64
}

// Reach is how many ISPs and provinces fail, and of how many.
type Reach struct{ ISPs, AllISPs, Provinces, AllProvinces int }

// StandsOut says which groups fail more often than all others together, and how often both do.
func (w Phrases) StandsOut(total int64, groups []Rate, others Rate, reason Finding) string {
	var clauses []string
	for i, g := range groups {
		if i == 0 {
			clauses = append(clauses, w.f("%s fails %s of %d probes", g.Name, w.Share(g.Failures, g.Probes), g.Probes))
			continue
		}
		clauses = append(clauses, w.f("%s %s of %d", g.Name, w.Share(g.Failures, g.Probes), g.Probes))
	}
	clauses = append(clauses, w.f("the others %s of %d", w.Share(others.Failures, others.Probes), others.Probes))
	return w.totalAnd(w.Failures(total), w.withReason(clauses, total, reason))
}

// Concentrated says what most of the failures share.
func (w Phrases) Concentrated(total int64, isps, provinces []Finding, server, reason Finding) string {
	return w.totalAnd(w.Failures(total), w.withReason(w.shares(total, isps, provinces, server), total, reason))
}

// Spread says how far the failures reach when no place has most of them, and which have many; counted where rates
// were compared.
func (w Phrases) Spread(total int64, reach Reach, counted bool, isps, provinces []Finding,
	server, reason Finding) string {
	isp, province := w.f("%d ISPs", reach.ISPs), w.f("%d provinces", reach.Provinces)
	if reach.ISPs < reach.AllISPs {
		isp = w.f("%d of %d ISPs", reach.ISPs, reach.AllISPs)
	}
	if reach.Provinces < reach.AllProvinces {
		province = w.f("%d of %d provinces", reach.Provinces, reach.AllProvinces)
	}
	clauses := w.shares(total, isps, provinces, server)
	if counted && len(clauses) == 0 {
		clauses = append(clauses, w.f("no place stands out"))
	}
	return w.totalAnd(w.f("%s over %s and %s", w.Failures(total), isp, province), w.withReason(clauses, total, reason))
}

// shares says how many of the failures each finding has; where probes are counted, also how many of those.
func (w Phrases) shares(total int64, isps, provinces []Finding, server Finding) []string {
	var clauses []string
	add := func(f Finding, most, some message.Reference) {
		switch said := w.of(f.Count, total, len(clauses) == 0); {
		case f.Name == "":
		case f.Only:
			clauses = append(clauses, w.f("only %s is probed", f.Name))
		case f.Count*5 >= total*4:
			clauses = append(clauses, w.printer.Sprintf(most, said, f.Name))
		default:
			clauses = append(clauses, w.printer.Sprintf(some, said, f.Name))
		}
		if f.Name == "" || f.Only || f.AllProbes == 0 {
			return
		}
		if probes := w.Share(f.Probes, f.AllProbes); probes == w.Share(f.Count, total) {
			clauses = append(clauses, w.f("and so are %s of the probes", probes))
		} else {
			clauses = append(clauses, w.f("with %s of the probes", probes))
		}
	}
	for _, isp := range isps {
		add(isp, mostOn, someOn)
	}
	for _, province := range provinces {
		add(province, mostIn, someIn)
	}
	add(server, mostAt, mostAt)
	return clauses
}

// of is count as a share of all failures: what it is a share of is said the first time.
func (w Phrases) of(count, total int64, first bool) string {
	switch {
	case count == total:
		return w.f("all")
	case first:
		return w.f("%s of the failures", w.Share(count, total))
	}
	return w.printer.Sprintf(message.Key(aShare, "%s"), w.Share(count, total))
}

// withReason adds which return code most of the failures have.
func (w Phrases) withReason(clauses []string, total int64, reason Finding) []string {
	if reason.Name == "" {
		return clauses
	}
	return append(clauses, w.f("%s %s", w.of(reason.Count, total, false), reason.Name))
}

// totalAnd is one sentence of a total and what is found in it.
func (w Phrases) totalAnd(total string, clauses []string) string {
	if len(clauses) == 0 {
		return w.sentence(total)
	}
	return w.sentence(w.printer.Sprintf(message.Key(totalAndFindings, "%s: %s"), total, w.clauses(clauses...)))
}

// TasksFail says how many of several tasks fail, and what all of those have their failures on.
func (w Phrases) TasksFail(total int64, failing, all int, shared []string) string {
	line := w.f("%s in %d of %d tasks", w.Failures(total), failing, all)
	if len(shared) > 0 {
		line = w.clauses(line, w.f("each mostly on %s", w.names(shared)))
	}
	return w.sentence(line)
}

// ISPIn names one ISP in one province.
func (w Phrases) ISPIn(isp, province string) string {
	return w.printer.Sprintf(message.Key(ispInProvince, "%s in %s"), isp, province)
}

// Place is a province's name with its gloss, "四川 (Sichuan)", or what stands for none.
func (w Phrases) Place(name string) string {
	if Blank(name) {
		return w.NoName()
	}
	return w.glossed(name, placeOf(name))
}

// Places are several of them.
func (w Phrases) Places(names []string) string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = w.Place(name)
	}
	return w.names(labels)
}

// OfProbes says which share of the probes failed, in a sentence; RateOf in a few words.
func (w Phrases) OfProbes(failed, probes int64) string {
	return w.f("That is %s.", w.RateOf(failed, probes))
}
func (w Phrases) RateOf(failed, probes int64) string {
	return w.f("%s of %d probes", w.Share(failed, probes), probes)
}

// NoneFailed is good news: probes looked.
func (w Phrases) NoneFailed(probes int64) string {
	return w.f("All quiet: no failures in %d probes.", probes)
}

// NoneReported is said of API v2, which lists failures only: a task that is not probed has none either.
func (w Phrases) NoneReported() string { return w.f("No failures reported in this window.") }

// NoData is said where no probe ran; why may be empty.
func (w Phrases) NoData(why string) string {
	if why == "" {
		return w.f("No data: no probe ran in this window.")
	}
	return w.f("No data: no probe ran in this window (%s).", why)
}

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
func (w Phrases) LookAtISPs() string {
	return w.f("A few ISPs stand out: look at their routes to you first.")
}
func (w Phrases) LookAtPlace() string {
	return w.f("Mostly one province: look at the network there first.")
}
func (w Phrases) LookAtPlaces() string {
	return w.f("Mostly a few provinces: look at the network there first.")
}
func (w Phrases) LookAtISPThere() string {
	return w.f("One ISP in one province: look at that ISP's network there first.")
}
func (w Phrases) LookAtGroups() string {
	return w.f("A few places stand out: look at the network of each first.")
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

// NoServerAddresses says what a verdict on a task of API 3.0 can't tell.
func (w Phrases) NoServerAddresses() string {
	return w.f("CAT gives no server addresses for this task, so one bad server would look the same.")
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
