package bot_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

// fallsOver panics as often as it is armed for.
type fallsOver struct{ armed atomic.Int64 }

func (f *fallsOver) perhaps() {
	if f.armed.Add(-1) >= 0 {
		panic("a mistake in the code")
	}
}

// survives waits for the panic's stack in the log, and that life goes on.
func (r *testBot) survives(t *testing.T) {
	t.Helper()
	r.log.until(t, func(log string) bool {
		return strings.Contains(log, "a mistake in the code") && strings.Contains(log, "panic_test.go")
	})
	r.reads(t, r.types(t, "help"), "/cat codes")
}

func TestPanicInTrendIsReportedToUser(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{source: func(context.Context, catapi.Query) (catapi.History, error) { panic("a mistake in the code") }})
	r.reads(t, r.types(t, "trend 126531 last 8h"), "Something went wrong inside catbot")
	r.survives(t)
}

func TestPanicInTaskListIsReportedToUser(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{tasks: func(context.Context) ([]catapi.Task, error) { panic("a mistake in the code") }})
	r.reads(t, r.types(t, "tasks"), "Something went wrong inside catbot")
	r.survives(t)
}

func TestPanicOnHomeTabIsReportedByDirectMessage(t *testing.T) {
	t.Parallel()
	broken := &fallsOver{}
	r := connect(t, setup{first: func(context.Context, string, time.Duration) bool {
		broken.perhaps()
		return true
	}})
	broken.armed.Store(1)
	if _, err := r.OpenHome(fakeslack.Alice); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return strings.Contains(m.Text, "Something went wrong inside catbot")
	})
	if err != nil || m.Channel != r.DM(fakeslack.Alice) {
		t.Errorf("it is told in %q: %v\n%s", m.Channel, err, r.log)
	}
	r.survives(t)
}

func TestPanicBeforeQueueIsReportedByDirectMessage(t *testing.T) {
	t.Parallel()
	var calls, last atomic.Int64
	r := connect(t, setup{now: func() time.Time {
		if calls.Add(1) == last.Load() {
			panic("a mistake in the code")
		}
		return time.Now()
	}})
	r.log.until(t, func(log string) bool { return strings.Contains(log, "connected to slack") })
	last.Store(calls.Load() + 2) // the first tells when an envelope is read, the second bounds its ack
	i := r.types(t, "help")
	if m := r.reads(t, i, "Something went wrong inside catbot"); m.Channel != r.DM(fakeslack.Alice) {
		t.Errorf("it is told in %s", m.Channel)
	}
	select {
	case <-i.Acked():
	case <-time.After(patience):
		t.Error("it is not acked")
	}
	r.survives(t)
}
