package digest

import (
	"testing"
	"time"

	"catbot/catapi"
)

// silent lets three digests of #ops and one elsewhere come to nine o'clock while CAT does not answer, and to the end of their retryCATFor.
func (d *testEngine) silent() (first, second, third Digest) {
	d.t.Helper()
	first, second, third = d.add("digest add every 15m codes 1 last 15m"), d.add("digest add every 15m codes 2 last 15m"), d.add("digest add every 15m if >100 codes 3 last 15m")
	d.addIn("C0OTHER", "digest add every 15m codes 4 last 15m")
	d.fault = errLine
	d.clock.to(start.Add(11 * time.Second))
	d.outlast()
	return first, second, third
}

// outlast lets what is due go unanswered until that is told.
func (d *testEngine) outlast() {
	d.t.Helper()
	d.due()
	d.workOff()
	d.clock.pass(retryCATFor)
	for range 20 { // one changes the message at a time
		d.letChange()
		d.workOff()
		if len(d.opened()) == 0 {
			return
		}
	}
	d.t.Fatalf("open %v", d.opened())
}

// letChange lets messages of outages be changed again at once.
func (d *testEngine) letChange() {
	d.t.Helper()
	for _, channel := range []string{"C0OPS", "C0OTHER"} {
		if err := d.Store.DB.Del(d.t.Context(), d.Store.outageKey(channel)+":changed").Err(); err != nil {
			d.t.Fatal(err)
		}
	}
}

func TestAnOutageIsOneMessageInAChannelHoweverManyDigestsItKeepsFromAnswering(t *testing.T) {
	d := newTestEngine(t)
	d.silent()
	var ops, elsewhere int
	for _, p := range d.channel.posts {
		if p.Digest.Add.Channel == "C0OPS" {
			ops++
		} else {
			elsewhere++
		}
	}
	if ops != 1 || elsewhere != 1 {
		t.Fatalf("%d messages in one channel, %d in the other", ops, elsewhere)
	}
	last := d.channel.changes[len(d.channel.changes)-1]
	if len(last.Digests) != 3 || !last.Over.IsZero() || last.At == "" || last.Channel != "C0OPS" || last.Trouble.Kind == "" || last.Mark != (d.postIn("C0OPS")).Mark() {
		t.Errorf("it stands for %+v", last)
	}

	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.outlast()
	last = d.channel.changes[len(d.channel.changes)-1]
	if len(d.channel.posts) != 2 || len(last.Digests) != 3 {
		t.Fatalf("after the next slots: %d posts, %+v", len(d.channel.posts), last.Digests)
	}
	for _, u := range last.Digests {
		want := 2
		if u.Digest.Add.If != nil {
			want = 1 // a condition says it once
		}
		if u.Slots != want || !u.First.Equal(start.Add(10*time.Second)) {
			t.Errorf("digest %s: %d slots from %s", u.Digest.ID, u.Slots, u.First)
		}
	}
}

// postIn is the first post in channel.
func (d *testEngine) postIn(channel string) Post {
	for _, p := range d.channel.posts {
		if p.Digest.Add.Channel == channel {
			return p
		}
	}
	return Post{}
}

// ended counts how often #ops was told that an outage is over.
func (d *testEngine) ended() (n int) {
	for _, o := range d.channel.changes {
		if !o.Over.IsZero() && o.Channel == "C0OPS" {
			n++
		}
	}
	return n
}

func TestAnOutageIsOverOnceOneOfItsDigestsHasAnAnswerAndTheNextIsToldAnew(t *testing.T) {
	d := newTestEngine(t)
	_, second, _ := d.silent()
	if err := d.Store.Remove(t.Context(), second); err != nil { // one that is gone holds nothing up
		t.Fatal(err)
	}
	d.fault = nil
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.tickAndWork()
	if n := d.ended(); n != 1 {
		t.Errorf("that it is over is told %d times", n)
	}
	d.fault = errLine
	d.clock.to(start.Add(30*time.Minute + 11*time.Second))
	before := len(d.channel.posts)
	d.outlast()
	if len(d.channel.posts) == before {
		t.Error("the next outage has no message")
	}
}

func TestThatAnOutageIsOverIsSaidHoweverOftenSlackPutsItOff(t *testing.T) {
	d := newTestEngine(t)
	d.silent()
	d.fault, d.channel.unchanged = nil, &Refusal{Reason: "ratelimited", Wait: time.Second}
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.tickAndWork()
	d.channel.unchanged = nil
	d.clock.to(start.Add(30*time.Minute + 11*time.Second))
	d.tickAndWork()
	if n := d.ended(); n != 1 {
		t.Errorf("that it is over is told %d times", n)
	}
}

func TestAQuestionThatCATRefusesIsNoOutage(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m codes 1 last 15m")
	d.add("digest add every 15m codes 2 last 15m")
	d.fault = &catapi.Error{Code: 20002, Message: "no such task"}
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if len(d.channel.posts) != 2 || len(d.channel.changes) != 0 {
		t.Errorf("%d posts, %d changes", len(d.channel.posts), len(d.channel.changes))
	}
}

func TestAnOutageIsOverWhenCATAnswersThatNobodyLooked(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes 3 last 15m")
	d.fault = errLine
	d.clock.to(start.Add(11 * time.Second))
	d.outlast()
	d.fault, d.doubt = nil, unwatched(catapi.Task{Interval: 5 * time.Minute, Idle: catapi.Paused})
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.due()
	d.workOff()
	d.clock.pass(retryCATFor)
	d.workOff()
	if last := d.channel.posts[len(d.channel.posts)-1]; d.ended() != 1 || last.Outcome != Unwatched {
		t.Errorf("told to be over %d times; the last post is %q", d.ended(), last.Outcome)
	}
}

func TestAnOutageWhoseMessageIsGoneIsToldAnew(t *testing.T) {
	d := newTestEngine(t)
	d.silent()
	before := len(d.channel.posts)
	d.channel.unchanged = &Refusal{Reason: "message_not_found"}
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.due()
	d.workOff()
	d.clock.pass(retryCATFor)
	d.letChange()
	d.workOff()
	d.channel.unchanged = nil
	d.outlast()
	n := 0
	for _, p := range d.channel.posts[before:] {
		if p.Digest.Add.Channel == "C0OPS" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d new messages", n)
	}
}

func TestADigestThatWouldOpenAnOutageAndIsRemovedLeavesThatToAnother(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m codes 1 last 15m")
	d.add("digest add every 15m codes 2 last 15m")
	d.fault = errLine
	d.clock.to(start.Add(11 * time.Second))
	keys := d.due()
	d.workOff()
	d.clock.pass(retryCATFor)
	d.channel.refuse = &Refusal{Reason: "ratelimited", Wait: time.Second}
	if err := d.work(t.Context(), keys[0]); !isRetry(err) { // it opens, and is put off
		t.Fatal(err)
	}
	d.channel.refuse = nil
	if err := d.work(t.Context(), keys[1]); !isRetry(err) || len(d.channel.posts) != 0 {
		t.Fatalf("the second does not wait for the first: %v", err)
	}
	opener, _ := parseSlotKey(keys[0], time.Time{})
	if err := d.Store.Remove(t.Context(), d.get(opener.digest)); err != nil {
		t.Fatal(err)
	}
	if err := d.work(t.Context(), keys[0]); err != nil {
		t.Fatal(err)
	}
	_ = d.work(t.Context(), keys[1])
	if err := d.work(t.Context(), keys[1]); err != nil || len(d.channel.posts) != 1 {
		t.Errorf("%v, %d posts", err, len(d.channel.posts))
	}
}
