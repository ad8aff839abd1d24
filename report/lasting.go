package report

import (
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// Lasting says whether failures go on at the end of a window. The zero value is that nobody knows.
type Lasting struct {
	Known       bool // each failure has a time of its own
	First, Last time.Time
	Going       bool          // some failed in the recent part of the window
	Recent      int64         // how many in the last catapi.RecentTime; 0 where they are not counted
	Past        bool          // the window ended some time before it was asked about
	End         time.Time     // of the window
	Fading      bool          // but far fewer than in the rest of it
	recentTime  time.Duration // length of the recent part
}

const (
	// minRecent is the shortest recent part of a window that says something: probes run every few minutes.
	minRecent = 5 * time.Minute
	// longWindow is the window of which catapi.RecentTime is a tenth. Shorter ones have shorter recent parts.
	longWindow = 10 * catapi.RecentTime
	// fading is how many times fewer failures than on average make the recent part nearly quiet.
	fading = 10
)

// lastingOf reads the times of rows, which answer the window from begin to end, asked about at now.
func lastingOf(rows []Row, counted bool, begin, end, now time.Time) Lasting {
	l := Lasting{End: end, Past: now.Sub(end) >= catapi.RecentTime, recentTime: catapi.RecentTime}
	window := end.Sub(begin)
	if window < longWindow {
		l.recentTime = max(window/10, minRecent)
	}
	if window < 2*minRecent {
		return l
	}
	var total int64
	for i := range rows {
		row := &rows[i]
		if row.Count == 0 {
			continue
		}
		if row.First.IsZero() || row.Last.IsZero() || !row.First.Equal(row.Last) && isEdge(row.First, begin, end) &&
			isEdge(row.Last, begin, end) {
			return Lasting{} // no time, or that of the window
		}
		l.include(row.First, row.Last)
		l.Recent += row.Recent
		total += row.Count
	}
	l.Known = !l.First.IsZero()
	l.Going = l.Known && !l.Last.Before(end.Add(-l.recentTime))
	year, month, day := end.In(catapi.Beijing).Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, catapi.Beijing)
	if cut := begin.Before(midnight) && end.Sub(midnight) < catapi.RecentTime; !counted || cut || window < longWindow {
		l.Recent = 0 // what was counted is not this recent part
	}
	l.Fading = l.Recent > 0 && l.Recent*int64(window/catapi.RecentTime)*fading < total
	return l
}

// isEdge reports whether t is where a window, or a day's piece of it, begins or ends.
func isEdge(t, begin, end time.Time) bool {
	in := t.In(catapi.Beijing)
	return t.Equal(begin) || t.Equal(end) || in.Hour() == 0 && in.Minute() == 0 && in.Second() == 0
}

func (l *Lasting) include(first, last time.Time) {
	if l.First.IsZero() || first.Before(l.First) {
		l.First = first
	}
	if last.After(l.Last) {
		l.Last = last
	}
}

// lasting is that of all parts with failures together.
func (a Answer) lasting() Lasting {
	var all Lasting
	for _, part := range a.Parts {
		l := part.Lasting
		switch {
		case part.Err != nil || part.Total == 0:
			continue
		case !l.Known:
			return Lasting{}
		}
		if all.Known {
			l.include(all.First, all.Last)
			l.Going, l.Fading = l.Going || all.Going, l.Fading && (all.Fading || !all.Going) || all.Fading && !l.Going
			if l.Recent > 0 && all.Recent > 0 {
				l.Recent += all.Recent
			} else {
				l.Recent = 0
			}
		}
		all = l
	}
	return all
}

// Sentence says whether it still fails; empty where nobody knows.
func (l Lasting) Sentence(w i18n.Phrases) string {
	first, last := w.ClockOn(l.First, l.End), w.ClockOn(l.Last, l.End)
	switch {
	case !l.Known:
		return ""
	case l.Past && l.Going && !l.Fading:
		return w.FailedToTheEnd(first)
	case l.Past:
		return w.FailedUntil(last, first)
	case l.Fading && l.Recent > 0:
		return w.NearlyQuiet(l.Recent, catapi.RecentTime, first)
	case l.Going && l.Recent > 0:
		return w.StillFailing(l.Recent, catapi.RecentTime, first)
	case l.Going:
		return w.StillFailingAt(last, first)
	}
	return w.QuietSince(last, first)
}
