package report

import "slices"

// ofTasks is the verdict on several tasks: how many of them fail, the worst severity, and what to do that each of
// them calls for. Their failures are not judged together, for each task has its own probes.
func ofTasks(f Findings, tasks []Verdict, all int) Verdict {
	v := Verdict{Total: f.Total, Counted: f.Counted, Probed: f.Probed, Tasks: &TaskReach{All: all}}
	var failing []Verdict
	for i, task := range tasks {
		if i == 0 || task.Severity.worse(v.Severity) {
			v.Severity = task.Severity
		}
		if task.Total > 0 {
			failing = append(failing, task)
		}
	}
	v.Tasks.Failing = len(failing)
	if len(failing) == 0 {
		return v
	}
	first := failing[0]
	switch {
	case !slices.ContainsFunc(failing, func(task Verdict) bool { return !task.agrees(first) }):
		v.Advice = first.Advice
		if len(failing) > 1 && first.local() {
			v.Groups, v.ISPs, v.Places, v.Pair = first.Groups, first.ISPs, first.Places, first.Pair
			switch {
			case first.Advice == LookAtISP:
				v.Places = nil
			case !first.Pair:
				v.ISPs = nil
			}
		}
	case slices.ContainsFunc(failing, Verdict.blames):
		v.Advice = LookAtEach
	}
	return v
}

// agrees reports whether v and other name the same cause.
func (v Verdict) agrees(other Verdict) bool {
	if v.Advice != other.Advice {
		return false
	}
	return !v.local() || slices.Equal(v.blamed(), other.blamed())
}

// blamed returns the ISP, province or server that v names.
func (v Verdict) blamed() []string {
	var names []string
	for _, g := range v.Groups {
		names = append(names, g.ISP+"\x00"+g.Place)
	}
	switch v.Advice {
	case LookAtISP:
		if len(v.Groups) == 0 {
			names = append(names, v.ISPs[0].Name+"\x00")
		}
	case LookAtISPThere:
		if len(v.Groups) == 0 {
			names = append(names, v.ISPs[0].Name+"\x00"+v.Places[0].Name)
		}
	case LookAtPlace, LookAtPlaces:
		for i := 0; len(v.Groups) == 0 && i < len(v.Places); i++ {
			names = append(names, "\x00"+v.Places[i].Name)
		}
	}
	slices.Sort(names)
	return names
}
