package report

import (
	"slices"
	"time"

	"catbot/i18n"
)

// Usual is what the same hours of the days before had: nothing is learned and nothing weighed, so that a reader can check it.
type Usual struct {
	Days  []Day // the latest first
	Past  bool  // the window was over long before it was asked about
	Asked bool  // the command asks for it, so it is told even where it says little
}

// A Day is how often the task failed in one of them.
type Day struct {
	Begin, End time.Time
	Total      int64
	Err        error // why nothing is known of it
}

const (
	// judgedDays is how many days have to be known to tell what is usual.
	judgedDays = 3
	// leastWorse is how many failures can be worse than usual.
	leastWorse = 5
)

// known lists the numbers of the days that are known, the smallest first.
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

// covers reports whether total is no more than one of the days had.
func (u *Usual) covers(total int64) bool {
	days := u.known()
	return len(days) >= judgedDays && total <= days[len(days)-1]
}

// told reports whether there is something to tell beside total.
func (u *Usual) told(total int64) bool {
	return u != nil && (u.Asked || total > 0 && len(u.known()) >= judgedDays)
}

// sentence tells what is usual beside total, of a window of that length; empty where there is nothing to tell.
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

// against says how f compares with its baseline and with what is usual, behind a headline.
func (f Findings) against(w i18n.Phrases, compared bool, baseline string, usual *Usual, length time.Duration) string {
	change := ""
	if compared && (f.Total > 0 || f.Before > 0) {
		change = w.Compared(baseline, f.Total, f.Before)
	}
	return w.Sentences(change, usual.sentence(w, f.Total, length))
}

// usualOf adds up the days of parts. One that is not known of a part is not known of all; nil where a part tells nothing.
func usualOf(parts []Part) *Usual {
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

// Usual is that of all parts together; nil where it is not known.
func (a Answer) Usual() *Usual { return usualOf(a.Parts) }
