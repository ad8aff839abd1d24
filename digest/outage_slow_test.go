package digest

import (
	"sync/atomic"
	"testing"
	"time"

	"catbot/store/redistest"
)

// slow is two replicas with three digests in one channel, none of which has an answer. The first digest has told so. The second is
// changing the message, which Slack takes its time with, until arrive is called.
func slow(t *testing.T) (one, two *desk, second, third string, arrive func()) {
	t.Helper()
	server := redistest.Start(t)
	one, two = newDeskAt(t, server), newDeskAt(t, server)
	two.room = one.room
	two.Channel = one.room
	for _, text := range []string{"codes 1", "codes 2", "codes 3"} {
		one.add("digest add every 15m " + text + " last 15m")
	}
	keys := one.silentUntilTold(two)
	if err := one.work(t.Context(), keys[0]); err != nil || len(one.room.posts) != 1 {
		t.Fatalf("%v, %d posts", err, len(one.room.posts))
	}
	began, answer, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	one.room.changing = func() {
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
func (d *desk) silentUntilTold(others ...*desk) (keys []string) {
	d.t.Helper()
	for _, one := range append(others, d) {
		one.fault = errLine
		one.clock.to(start.Add(11 * time.Second))
	}
	keys = d.due()
	d.workOff()
	for _, one := range append(others, d) {
		one.clock.pass(patience)
	}
	return keys
}

func TestASlowChangeOfAnOutagesMessageNeverReplacesALaterOne(t *testing.T) {
	one, two, _, third, arrive := slow(t)
	err := two.work(t.Context(), third)
	arrive()
	one.letChange()
	if isLater(err) {
		err = two.work(t.Context(), third)
	}
	if last := one.room.changes[len(one.room.changes)-1]; err != nil || len(last.Digests) != 3 {
		t.Errorf("%v; the message stands for %d of 3 digests in the end", err, len(last.Digests))
	}
}

func TestThatAnOutageIsOverIsSaidInTheEndThoughAChangeIsUnderWay(t *testing.T) {
	one, two, _, third, arrive := slow(t)
	if _, err := joinOutage.Run(t.Context(), two.Book.DB, []string{two.Book.outageKey("C0OPS")}, third, two.digestOf(third), start.Unix(), 3600).Result(); err != nil {
		t.Fatal(err)
	}
	two.fault = nil
	if err := two.work(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	arrive()
	if last := one.room.changes[len(one.room.changes)-1]; last.Over.IsZero() || one.ended() != 1 {
		t.Errorf("that it is over is told %d times; in the end the message says %+v", one.ended(), last)
	}
}

// digestOf is the digest of the slot key.
func (d *desk) digestOf(key string) string {
	t, _ := readTicket(key, time.Time{})
	return t.digest
}
