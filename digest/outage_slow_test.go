package digest

import (
	"sync/atomic"
	"testing"
	"time"

	"catbot/store/redistest"
)

// slow is two replicas with three digests in one channel, none of which has an answer. The first digest has told so. The second is
// changing the message, which Slack takes its time with, until arrive is called.
func slow(t *testing.T) (one, two *testEngine, second, third string, arrive func()) {
	t.Helper()
	server := redistest.Start(t)
	one, two = newTestEngineAt(t, server), newTestEngineAt(t, server)
	two.channel = one.channel
	two.Channel = one.channel
	for _, text := range []string{"codes 1", "codes 2", "codes 3"} {
		one.add("digest add every 15m " + text + " last 15m")
	}
	keys := one.silentUntilTold(two)
	if err := one.work(t.Context(), keys[0]); err != nil || len(one.channel.posts) != 1 {
		t.Fatalf("%v, %d posts", err, len(one.channel.posts))
	}
	began, answer, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	one.channel.changing = func() {
		if first.CompareAndSwap(false, true) {
			close(began)
			<-answer
		}
	}
	go func() {
		defer close(done)
		if err := one.work(t.Context(), keys[1]); err != nil {
			t.Error(err)
		}
	}()
	<-began
	one.letChange() // it has taken more than the time between two changes
	return one, two, keys[1], keys[2], func() { close(answer); <-done }
}

// silentUntilTold lets all digests be due and CAT silent for as long as that is not told.
func (d *testEngine) silentUntilTold(others ...*testEngine) (keys []string) {
	d.t.Helper()
	for _, one := range append(others, d) {
		one.fault = errLine
		one.clock.to(start.Add(11 * time.Second))
	}
	keys = d.due()
	d.workOff()
	for _, one := range append(others, d) {
		one.clock.pass(retryCATFor)
	}
	return keys
}

func TestASlowChangeOfAnOutagesMessageNeverReplacesALaterOne(t *testing.T) {
	one, two, _, third, arrive := slow(t)
	err := two.work(t.Context(), third)
	arrive()
	one.letChange()
	if isRetry(err) {
		err = two.work(t.Context(), third)
	}
	if last := one.channel.changes[len(one.channel.changes)-1]; err != nil || len(last.Digests) != 3 {
		t.Errorf("%v; the message stands for %d of 3 digests in the end", err, len(last.Digests))
	}
}

func TestThatAnOutageIsOverIsSaidInTheEndThoughAChangeIsUnderWay(t *testing.T) {
	one, two, _, third, arrive := slow(t)
	if _, err := joinOutage.Run(t.Context(), two.Store.DB, []string{two.Store.outageKey("C0OPS")}, third, two.digestOf(third), start.Unix(), 3600).Result(); err != nil {
		t.Fatal(err)
	}
	two.fault = nil
	if err := two.work(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	arrive()
	if last := one.channel.changes[len(one.channel.changes)-1]; last.Over.IsZero() || one.ended() != 1 {
		t.Errorf("that it is over is told %d times; in the end the message says %+v", one.ended(), last)
	}
}

// digestOf is the digest of the slot key.
func (d *testEngine) digestOf(key string) string {
	t, _ := parseSlotKey(key, time.Time{})
	return t.digest
}
