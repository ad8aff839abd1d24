package catapi

import (
	"fmt"
	"time"
)

// An Idle says why no probe runs for a task.
type Idle string

const (
	Paused   Idle = "paused"    // somebody stopped it
	OffHours Idle = "off hours" // its own schedule has stopped it until later
	Overdue  Idle = "overdue"   // it is not paid for
	Starting Idle = "starting"  // it is being made
	Deleted  Idle = "deleted"   // it is gone, or going
	Failing  Idle = "failing"   // CAT says that starting or stopping it went wrong
)

// idleReason maps the fields Status and OrderState of DescribeProbeTasks
// (https://cloud.tencent.com/document/api/280/66212). The vendor's example has 0 for both, which means nothing.
func idleReason(status, order int) Idle {
	const overdue = 2
	states := map[int]Idle{
		1: Starting, 3: Failing, 4: Paused, 5: Failing, 6: Paused, 7: Deleted, 8: Deleted, 9: Deleted, 10: OffHours,
	}
	switch state := states[status]; {
	case state == Deleted:
		return Deleted
	case order == overdue:
		return Overdue
	default:
		return state
	}
}

// An UnwatchedError says that no probe ran in a window, or none up to its end, so it is
// unknown whether anything failed.
type UnwatchedError struct {
	Task   Task          // its ID alone where nothing else is known of it
	Window time.Duration // that was asked about
	Behind time.Duration // from the last probe to the window's end; 0 when there was none
	Others bool          // the task was probed, but not from the ISPs that were asked about
}

func (e *UnwatchedError) Error() string {
	text := fmt.Sprintf("no probe of task %s ran in the window of %s", e.Task.ID, e.Window)
	if e.Behind > 0 {
		text = fmt.Sprintf("no probe of task %s ran in the last %s of the window", e.Task.ID, e.Behind)
	}
	if e.Others {
		text = fmt.Sprintf("no probe of task %s ran from these ISPs in the window of %s", e.Task.ID, e.Window)
	}
	if e.Task.Idle != "" {
		text += ": it is " + string(e.Task.Idle)
	}
	return text
}

// Sparse reports whether the interval of probes is longer than the window, so that a window without probes is normal.
func (e *UnwatchedError) Sparse() bool { return e.Task.Interval > e.Window }

// Retryable reports whether late probes may still arrive.
func (e *UnwatchedError) Retryable() bool { return e.Task.Idle == "" && !e.Sparse() }
