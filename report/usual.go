package report

import (
	"slices"
	"time"

	"catbot/i18n"
)

// Usual holds the failures of the same hours on the days before. Nothing is learned or weighted, so a reader can check it.
type Usual struct {
	Days  []Day // the latest first
	Past  bool  // the window ended long before the request
	Asked bool  // the command asks for it, so it is shown even if it says little
}

// A Day is one of these days.
type Day struct {
	Begin, End time.Time
	Total      int64
	Err        error // why nothing is known of it
}

const (
	// judgedDays is the number of known days that a judgement needs.
	judgedDays = 3
	// leastWorse is the number of failures below which nothing is worse than usual.
	leastWorse = 5
)

// known returns the failures of the days with data, in ascending order.
func (u *Usual) known() []int64 {
	var totals []int64
	if u == nil {
		return nil
	}
	for _, day := range u.Days {
		if day.Err == nil {
			totals = append(totals, day.Total)
		}
	}
	slices.Sort(totals)
	return totals
}

// Worse reports whether total is worse than usual: more than any of the days had, leastWorse at least, and twice their median at
// least.
func (u *Usual) Worse(total int64) bool {
	days := u.known()
	n := len(days)
	if n < judgedDays || total < leastWorse || total <= days[n-1] {
		return false
	}
	twiceMedian := days[n/2] + days[(n-1)/2]
	return total >= twiceMedian
}

// Range returns the fewest and the most failures that one of the days had, and how many days have data. ok is false
// where these are too few to compare with.
func (u *Usual) Range() (least, most int64, n int, ok bool) {
	days := u.known()
	if len(days) < judgedDays {
		return 0, 0, len(days), false
	}
	return days[0], days[len(days)-1], len(days), true
}

// covers reports whether one of the days had total failures or more.
func (u *Usual) covers(total int64) bool {
	days := u.known()
	return len(days) >= judgedDays && total <= days[len(days)-1]
}

// told reports whether u is shown beside total.
func (u *Usual) told(total int64) bool {
	return u != nil && (u.Asked || total > 0 && len(u.known()) >= judgedDays)
}

// sentence compares total, of a window of that length, with u; empty if u is not shown.
func (u *Usual) sentence(w i18n.Phrases, total int64, length time.Duration) string {
	if !u.told(total) {
		return ""
	}
	r := i18n.UsualRange{Days: len(u.Days), Window: length, Past: u.Past, Worse: u.Worse(total)}
	if days := u.known(); len(days) > 0 {
		r.Known, r.Least, r.Most = len(days), days[0], days[len(days)-1]
	}
	return w.Usual(r)
}

// against compares f with its baseline and with the days before, for a headline.
func (f Findings) against(w i18n.Phrases, compared bool, baseline string, usual *Usual, length time.Duration) string {
	change := ""
	if compared && (f.Total > 0 || f.Before > 0) {
		change = w.Compared(baseline, f.Total, f.Before)
	}
	return w.Sentences(change, usual.sentence(w, f.Total, length))
}

// usualOf adds up the days of parts. A day without data in one part has none in the sum; nil if a part has no days.
func usualOf(parts []Part) *Usual {
	if len(parts) == 1 && parts[0].Err == nil {
		return parts[0].Usual
	}
	var sum *Usual
	for _, part := range parts {
		u := part.Usual
		switch {
		case part.Err != nil:
			continue
		case u == nil || sum != nil && len(u.Days) != len(sum.Days):
			return nil
		case sum == nil:
			sum = &Usual{Days: slices.Clone(u.Days), Past: u.Past, Asked: u.Asked}
			continue
		}
		for i, day := range u.Days {
			sum.Days[i].Total += day.Total
			if sum.Days[i].Err == nil {
				sum.Days[i].Err = day.Err
			}
		}
	}
	return sum
}

// Usual returns the days of all parts together; nil if not known.
func (a Answer) Usual() *Usual { return usualOf(a.Parts) }
