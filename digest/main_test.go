package digest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
	"catbot/store"
	"catbot/store/redistest"
)

// language has the limits that catbot has by default.
var language = commands.Language{DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour}

// start is when the tests' clock starts: a Monday morning in Shanghai, seconds before a slot.
var start = time.Date(2026, 11, 23, 8, 59, 50, 0, time.FixedZone("", 8*3600))

// A clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) to(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *clock) pass(d time.Duration) { c.to(c.Now().Add(d)) }

// A fakeChannel is a Slack that stores what is posted.
type fakeChannel struct {
	mu    sync.Mutex
	posts []Post
	told  []Result
	looks int
	// notMember is whether the bot sees the channels without being a member.
	notMember bool
	// changes are the states of messages about outages; unchanged, where set, is the answer to the next.
	changes   []Outage
	unchanged error
	changing  func() // where set, is called before each change of them
	// edits are the states of messages about incidents; unedited, where set, is the answer to the next.
	edits    []Incident
	unedited error
	tried    int    // changes of them, also in vain
	editedOf Digest // of the latest
	editing  func() // where set, is called before the next
	ended    []Note // notes about missing data that have ended
	posting  func() // where set, is called before the next post
	// refuse, lose and blind, where set, are the answers to the next post (not taken, taken) and to a look.
	refuse, lose, blind error
}

func (c *fakeChannel) Post(_ context.Context, p Post) (string, error) {
	if posting := c.posting; posting != nil {
		c.posting = nil
		posting()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return "", c.refuse
	}
	c.posts = append(c.posts, p)
	return fmt.Sprint("at ", len(c.posts)), c.lose
}

func (c *fakeChannel) UpdateOutage(_ context.Context, o Outage) error {
	if c.changing != nil {
		c.changing()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unchanged != nil {
		return c.unchanged
	}
	c.changes = append(c.changes, o)
	return nil
}

func (c *fakeChannel) UpdateIncident(_ context.Context, d Digest, i Incident) error {
	if editing := c.editing; editing != nil {
		c.editing = nil
		editing()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried++
	c.editedOf = d
	if c.unedited != nil {
		return c.unedited
	}
	c.edits = append(c.edits, i)
	return nil
}

func (c *fakeChannel) EndNote(_ context.Context, _ Digest, n Note) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = append(c.ended, n)
	return nil
}

func (c *fakeChannel) Marks(_ context.Context, channel, _ string, _ time.Time) (map[Mark]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	if c.blind != nil {
		return nil, c.blind
	}
	marks := map[Mark]string{}
	for i, p := range c.posts {
		if p.Digest.Add.Channel == channel {
			marks[p.Mark()] = fmt.Sprint("at ", i+1)
		}
	}
	return marks, nil
}

func (c *fakeChannel) Access(_ context.Context, channel, _ string) (Access, error) {
	switch {
	case channel == "C0ELSEWHERE":
		return NoAccess, c.blind
	case c.notMember:
		return Visible, c.blind
	}
	return Member, c.blind
}

func (c *fakeChannel) NotifyOwner(_ context.Context, _ Digest, result Result) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = append(c.told, result)
	return nil
}

// A testEngine is an engine with its parts, for a test that moves it step by step.
type testEngine struct {
	*Engine
	t       *testing.T
	clock   *clock
	channel *fakeChannel
	total   int64        // failures in the next answer
	fault   error        // of the next answer
	doubt   *report.Note // about the next answer
	asked   []time.Time
	during  func() // what happens meanwhile, once
	events  map[string]int
}

func newTestEngine(t *testing.T) *testEngine { return newTestEngineAt(t, redistest.Start(t)) }

func newTestEngineAt(t *testing.T, server *redistest.Server) *testEngine {
	store, err := store.Open(server.URL(), noLog)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return newTestEngineOn(t, store.DB())
}

var noLog = slog.New(slog.NewTextHandler(io.Discard, nil))

// newTestEngineOn is a testEngine on db.
func newTestEngineOn(t *testing.T, db *store.DB) *testEngine {
	d := &testEngine{t: t, clock: &clock{now: start}, channel: &fakeChannel{}, events: map[string]int{}}
	book := &Store{
		Space: "T0OPS.U0CATBOT",
		DB:    db, Now: d.clock.Now,
		Read: language.Parse,
	}
	d.Engine = New(Config{
		Store: book, Channel: d.channel, Answer: d.answer, CatchUp: time.Hour, Now: d.clock.Now,
		Observe: func(event string, n int) { d.events[event] += n },
		Log:     noLog,
	})
	d.redisState = func(context.Context) redisState { return redisState{} } // the tests' Redis is always just started
	d.spacing, d.editEvery = time.Millisecond, 0                            // slots follow each other at once; tests of turns have the real one
	return d
}

// answer gives total failures, or the fault.
func (d *testEngine) answer(_ context.Context, c commands.Codes, at time.Time) report.Answer {
	d.asked = append(d.asked, at)
	if d.during != nil {
		d.during()
		d.during = nil
	}
	begin, end := c.Window.Resolve(at)
	asked := report.Request{Command: c, Tasks: c.Tasks, Begin: begin, End: end, Top: 3}
	if d.fault != nil {
		return report.NewAnswer(asked, []report.Part{{Task: c.Tasks[0], Err: d.fault}})
	}
	h := catapi.History{FetchedAt: at}
	if d.total > 0 {
		h.Rows = []catapi.Row{{ISP: "移动", Province: "jiangxi", ProvinceName: "江西", Code: 10016, Reason: "Ping超时", Count: d.total}}
	}
	part := report.NewPart(report.Question{Task: c.Tasks[0]}, h, nil)
	if d.doubt != nil {
		part.Notes = append(part.Notes, *d.doubt)
	}
	return report.NewAnswer(asked, []report.Part{part})
}

// add adds the digest of text for Alice.
func (d *testEngine) add(text string) Digest {
	d.t.Helper()
	return d.addIn("C0OPS", text)
}

// addIn is add for a digest that is typed in channel.
func (d *testEngine) addIn(channel, text string) Digest {
	d.t.Helper()
	command, err := language.Parse(text, d.clock.Now())
	if err != nil {
		d.t.Fatalf("%s: %v", text, err)
	}
	add := command.(commands.DigestAdd)
	if add.Zone == "" {
		add.Zone = "Asia/Shanghai"
	}
	if add.Channel == "" {
		add.Channel = channel
	}
	added, err := d.Store.Add(d.t.Context(), rand.Text(), "U0ALICE", add)
	if err != nil {
		d.t.Fatal(err)
	}
	return added
}

// due lets one tick find what is due and returns the open slots.
func (d *testEngine) due() []string {
	d.t.Helper()
	if err := d.tick(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	return d.opened()
}

func (d *testEngine) opened() []string {
	d.t.Helper()
	keys, err := d.Store.DB.ZRange(d.t.Context(), d.Store.openKey(), 0, -1).Result()
	if err != nil {
		d.t.Fatal(err)
	}
	return keys
}

// workOff works on each open slot once, as the queue would have it.
func (d *testEngine) workOff() (errs []error) {
	d.t.Helper()
	for _, key := range d.opened() {
		if err := d.work(d.t.Context(), key); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// tickAndWork is one slot's way when nothing goes wrong.
func (d *testEngine) tickAndWork() {
	d.t.Helper()
	d.due()
	for _, err := range d.workOff() {
		d.t.Fatal(err)
	}
}

// get reads a digest anew.
func (d *testEngine) get(id string) Digest {
	d.t.Helper()
	got, err := d.Store.Get(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// wantRetry fails unless err says to come again.
func wantRetry(t *testing.T, errs []error) time.Duration {
	t.Helper()
	if len(errs) == 1 {
		if l, ok := errors.AsType[*retryError](errs[0]); ok {
			return l.after
		}
	}
	t.Fatalf("errors %v, want one that says later", errs)
	return 0
}

// panicky panics where room posts.
type panicky struct{ *fakeChannel }

func (panicky) Post(context.Context, Post) (string, error) { panic("a post too many") }

// overCount is the condition that more than n probes fail.
func overCount(n int64) *commands.Condition {
	return &commands.Condition{Limits: []commands.Limit{{Failures: n}}}
}
