package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Finding is an ISP, a province, an address or a reason that many of the failures share.
type Finding struct {
	Name              string // ready to read: "移动 (China Mobile)"; empty if there is no finding
	Count             int64
	Probes, AllProbes int64 // its number of probes and the number of all, if probes are counted
	Only              bool  // all probes are of it
}

// A Rate is the number of probes of a group, and how many failed.
type Rate struct {
	Name             string
	Failures, Probes int64
}

// Reach is the number of ISPs and provinces that fail, and of all.
type Reach struct{ ISPs, AllISPs, Provinces, AllProvinces int }

// StandsOut says which groups fail much more often than all others together, with the rates of both.
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

// Concentrated says which ISPs, provinces, address and reason most of the failures share.
func (w Phrases) Concentrated(total int64, isps, provinces []Finding, server, reason Finding) string {
	return w.totalAnd(w.Failures(total), w.withReason(w.shares(total, isps, provinces, server), total, reason))
}

// Spread says how many ISPs and provinces fail when no place has most of the failures, and which have many. counted
// says that the rates of the places were compared.
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

// shares returns a clause for each finding: its share of the failures, and of the probes if they are counted.
func (w Phrases) shares(total int64, isps, provinces []Finding, server Finding) []string {
	var clauses []string
	add := func(f Finding, most, some keyed) {
		switch said := w.of(f.Count, total, len(clauses) == 0); {
		case f.Name == "":
		case f.Only:
			clauses = append(clauses, w.f("only %s is probed", f.Name))
		case f.Count*5 >= total*4:
			clauses = append(clauses, w.say(most, said, f.Name))
		default:
			clauses = append(clauses, w.say(some, said, f.Name))
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

// of writes count as a share of all failures. Only the first share of a sentence says "of the failures".
func (w Phrases) of(count, total int64, first bool) string {
	switch {
	case count == total:
		return w.f("all")
	case first:
		return w.f("%s of the failures", w.Share(count, total))
	}
	return w.say(keyed{aShare, "%s"}, w.Share(count, total))
}

// withReason adds a clause with the reason of most failures.
func (w Phrases) withReason(clauses []string, total int64, reason Finding) []string {
	if reason.Name == "" {
		return clauses
	}
	return append(clauses, w.f("%s %s", w.of(reason.Count, total, false), reason.Name))
}

// totalAnd joins a total and clauses into a sentence.
func (w Phrases) totalAnd(total string, clauses []string) string {
	if len(clauses) == 0 {
		return w.sentence(total)
	}
	return w.sentence(w.say(keyed{totalAndFindings, "%s: %s"}, total, w.clauses(clauses...)))
}

// TasksFail says how many of several tasks fail, and what most failures of each of them share.
func (w Phrases) TasksFail(total int64, failing, all int, shared []string) string {
	line := w.f("%s in %d of %d tasks", w.Failures(total), failing, all)
	if len(shared) > 0 {
		line = w.clauses(line, w.f("each mostly on %s", w.names(shared)))
	}
	return w.sentence(line)
}

// ISPIn names one ISP in one province.
func (w Phrases) ISPIn(isp, province string) string {
	return w.say(keyed{ispInProvince, "%s in %s"}, isp, province)
}

// Place writes the name of a province with its gloss: "四川 (Sichuan)".
func (w Phrases) Place(name string) string {
	if Blank(name) {
		return w.NoName()
	}
	return w.glossed(name, placeOf(name))
}

// Places writes several provinces as Place does.
func (w Phrases) Places(names []string) string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = w.Place(name)
	}
	return w.names(labels)
}

// OfProbes says in a sentence which share of the probes failed. RateOf says it in a few words.
func (w Phrases) OfProbes(failed, probes int64) string {
	return w.f("That is %s.", w.RateOf(failed, probes))
}
func (w Phrases) RateOf(failed, probes int64) string {
	return w.f("%s of %d probes", w.Share(failed, probes), probes)
}

// NoneFailed says that probes ran and none failed.
func (w Phrases) NoneFailed(probes int64) string {
	return w.f("All quiet: no failures in %d probes.", probes)
}

// NoneReported says that API v2 lists no failures. It can't tell whether probes ran, so this is no good news.
func (w Phrases) NoneReported() string { return w.f("No failures reported in this window.") }

// NoData says that no probe ran. why may be empty.
func (w Phrases) NoData(why string) string {
	if why == "" {
		return w.f("No data: no probe ran in this window.")
	}
	return w.f("No data: no probe ran in this window (%s).", why)
}

// NoFailuresKnown says that no failures are known, though a part of the answer is missing.
func (w Phrases) NoFailuresKnown() string {
	return w.f("No failures in this window, as far as CAT has answered.")
}

// NoFailuresThere says that only ISPs fail that the question left out.
func (w Phrases) NoFailuresThere() string {
	return w.f("No failures on the ISP you asked about, but others have some: leave out the ISP to see them.")
}

// FewFailures says that there are too few failures for a verdict.
func (w Phrases) FewFailures(total int64) string {
	return w.sentence(w.f("%s, too few to say where it hurts", w.Failures(total)))
}

// Advice on where to look first.
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

// NoServerAddresses says that a verdict on a task of API 3.0 can't tell one bad server.
func (w Phrases) NoServerAddresses() string {
	return w.f("CAT gives no server addresses for this task, so one bad server would look the same.")
}

// clauses joins parts of a sentence, and names joins a list.
func (w Phrases) clauses(parts ...string) string { return strings.Join(parts, w.f(", ")) }
func (w Phrases) names(names []string) string {
	return strings.Join(names, w.say(keyed{betweenNames, ", "}))
}

// sentence begins s with a capital letter and ends it with a full stop.
func (w Phrases) sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return w.f("%s.", string(unicode.ToUpper(first))+s[size:])
}
