package query

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

func TestWindowWithoutProbesHasNoData(t *testing.T) {
	ranUntil := func(before time.Duration) []catapi.ProbeCount {
		return []catapi.ProbeCount{
			{ISP: "移动", Province: "江西", Count: 20, Last: night.Truncate(time.Minute).Add(-before)},
		}
	}
	five := catapi.Task{ID: "task-ab12cd34", Interval: 5 * time.Minute}
	paused, sparse := five, five
	paused.Idle, sparse.Interval = catapi.Paused, 30*time.Minute
	for _, tc := range []struct {
		name   string
		probed []catapi.ProbeCount
		task   catapi.Task
		err    error
		text   string
		want   string // what is said of the doubt; "" for none
	}{
		{"probes ran until a minute ago", ranUntil(time.Minute), five, nil, "last 15m", ""},
		{"the last probe is less than two intervals old", ranUntil(8 * time.Minute), five, nil, "last 1h", ""},
		{"v2 reports only failures", nil, five, nil, "last 15m", ""},
		{"the times of probes are unknown", []catapi.ProbeCount{{ISP: "移动", Count: 20}}, five, nil, "last 15m", ""},
		{"the interval is unknown", ranUntil(20 * time.Minute), five, errors.New("the line is cut"), "last 1h", ""},
		{"no probe ran", []catapi.ProbeCount{}, five, nil, "last 15m",
			"No probe ran in this window. Task task-ab12cd34 should be probed every 5 min: its data may be late, or its probes may be down."},
		{"no probe ran, and the reason is unknown", []catapi.ProbeCount{}, five, errors.New("the line is cut"), "last 15m",
			"No probe ran in this window. Check the task, the province and the window."},
		{
			"the task is paused", []catapi.ProbeCount{}, paused, nil, "last 15m",
			"No probe ran in this window. Task task-ab12cd34 is paused in CAT.",
		},
		{"the window is shorter than the interval", []catapi.ProbeCount{}, sparse, nil, "last 15m",
			"No probe ran in this window. Task task-ab12cd34 is probed only every 30 min: ask for a longer window."},
		{
			"the last probe is long before the end", ranUntil(40 * time.Minute), paused, nil, "last 1h",
			"No probe ran in the last 40 min of this window. Task task-ab12cd34 is paused in CAT.",
		},
		{"the last probe of the selected ISP is long before the end", append(ranUntil(40*time.Minute), catapi.ProbeCount{ISP: "联通", Count: 9, Last: night}), five, nil, "last 1h isp 移动",
			"No probe ran in the last 40 min of this window. Task task-ab12cd34 should be probed every 5 min: its data may be late, or its probes may be down."},
		{"other ISPs were probed", ranUntil(time.Minute), five, nil, "last 15m isp foo",
			"No probe of these ISPs ran in this window. Task task-ab12cd34 was probed from other ISPs only: check the ISP's name, or leave it out."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, _ := runner(func(catapi.Query) (catapi.History, error) { return catapi.History{Probes: tc.probed}, nil })
			r.Task = func(context.Context, string) (catapi.Task, error) { return tc.task, tc.err }
			part := run(t, r, "codes task-ab12cd34 "+tc.text).Parts[0]
			said := ""
			if doubt := part.Doubt(); doubt != nil {
				said = i18n.English.Upstream(doubt)
			}
			if said != tc.want {
				t.Errorf("said %q, want %q", said, tc.want)
			}
		})
	}
}

func TestAnswerDoesNotWaitForIdleReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := runner(func(catapi.Query) (catapi.History, error) {
			return catapi.History{Probes: []catapi.ProbeCount{}, Cached: true}, nil
		})
		r.Task = func(ctx context.Context, _ string) (catapi.Task, error) {
			<-ctx.Done() // CAT hangs
			return catapi.Task{}, ctx.Err()
		}
		asked := time.Now()
		part := run(t, r, "codes task-ab12cd34 last 15m").Parts[0]
		if waited := time.Since(asked); part.Doubt() == nil || waited > 3*time.Second {
			t.Errorf("after %s: %v", waited, part.Doubt())
		}
	})
}
