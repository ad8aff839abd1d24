package report

import "slices"

// A Severity is how bad an answer is. The thresholds stand in docs/answers.md.
type Severity int

const (
	NoData       Severity = iota // nobody knows whether something fails
	NoneFailed                   // probes looked, and none failed
	NoneReported                 // API v2 lists no failures: it can't tell a healthy task from one that is not probed
	Background                   // single failures, as there always are some
	Warning
	Outage
)

// Thresholds of severities.
const (
	warningRate   = 0.01 // of all probes fail
	outageRate    = 0.10
	fewRate       = 0.10 // makes even fewer failures than enough a warning
	groupOutage   = 0.50 // of the probes of an ISP or a province that stands out
	outageCount   = 100  // failures, where probes are not counted and there is a comparison
	outageGrowths = 5    // times the window before
)

// worse orders severities: not to know is worse than single failures.
func (s Severity) worse(than Severity) bool { return s.rank() > than.rank() }

func (s Severity) rank() int {
	return slices.Index([]Severity{NoneFailed, NoneReported, Background, NoData, Warning, Outage}, s)
}

// Mark shows s at a glance. Only probes that all succeeded are green.
func (s Severity) Mark() string {
	return [...]string{NoData: "⚠️", NoneFailed: "✅", NoneReported: "⚪", Background: "⚪", Warning: "🟠", Outage: "🔴"}[s]
}

// String is s as JSON has it.
func (s Severity) String() string {
	return [...]string{NoData: "no data", NoneFailed: "none", NoneReported: "none reported", Background: "background",
		Warning: "warning", Outage: "outage"}[s]
}

// severityOf judges f by its failure rate where probes are counted, else by its count; groups stand out in it.
func severityOf(f Findings, groups []Group, compared bool) Severity {
	if f.Counted {
		return severityOfRate(f.Total, f.Probed, groups)
	}
	switch {
	case f.Total == 0:
		return NoneReported
	case f.Total < enough:
		return Background
	case compared && f.Total >= outageCount && f.Total >= outageGrowths*f.Before:
		return Outage
	}
	return Warning
}

func severityOfRate(failures, probes int64, groups []Group) Severity {
	rate := float64(failures) / max(1, float64(probes))
	switch {
	case probes == 0:
		return NoData
	case failures == 0:
		return NoneFailed
	case failures < enough && rate < fewRate:
		return Background
	case failures < enough:
		return Warning
	case rate >= outageRate, slices.ContainsFunc(groups, Group.down):
		return Outage
	case rate >= warningRate, len(groups) > 0:
		return Warning
	}
	return Background
}

// notable reports whether more than single probes of g fail.
func (g Group) notable() bool { return g.rate() >= warningRate }

// down reports whether an ISP or a province fails mostly. One ISP in one province is a warning, unless that is all
// that was asked.
func (g Group) down() bool { return g.Kind != OfISPInProvince && g.rate() >= groupOutage }
