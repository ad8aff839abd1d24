// Package digest posts commands' answers to channels on a schedule: once for each slot, whatever restarts or dies.
//
// A slot that is due is opened in Redis in the same step that moves its digest on to the next; from then on it is
// open until somebody has posted it and noted so. A queue (asynq) hands open slots to replicas; a lease keeps two from working on one
// digest at once; a slot that is open with nobody at it is handed out again; and a second attempt looks in the channel for what the first
// may have posted. So a slot may be late, but it is neither lost nor read twice.
package digest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// A Digest is a command that speaks in a channel on a schedule.
type Digest struct {
	ID      string
	Owner   string             // Slack's id of the person who added it
	Add     commands.DigestAdd // what it does; zone and channel are always there
	Created time.Time
	Broken  string // why its text is not understood, as after MAX_WINDOW was lowered; Add has its channel alone then
	Damaged string // what else of it can't be read and is done without

	Paused      *Pause          // nil while it runs
	Next        time.Time       // zero while it is paused, and when no time is left
	State       *ConditionState // nil while it has no condition, or its condition was never looked at
	Missed      *Missed         // nil when no slot was ever missed
	BrokenSince time.Time       // since when its text is not understood, as far as its slots have found out; zero while it is
	Last        []Result        // the latest first, at most maxResults

	revision string // counts what people changed; "" is none
}

// Zone is the zone of d's schedule.
func (d Digest) Zone() *time.Location {
	zone, err := time.LoadLocation(d.Add.Zone)
	if err != nil {
		return time.UTC // it was checked when d was added; another tzdata may lack it
	}
	return zone
}

// A Pause says why a digest does not run.
type Pause struct {
	By     string    `json:"by,omitempty"`     // Slack's id; "" when catbot paused it
	Reason string    `json:"reason,omitempty"` // Slack's word for what stands in the way: "is_archived"
	At     time.Time `json:"at"`
}

// Reasons of catbot's own, beside Slack's error codes.
const (
	ReasonDamaged     = "pause_damaged"     // the stored pause can't be read
	ReasonNotAllowed  = "not_allowed_here"  // ALLOWED_CHANNELS does not name the channel
	ReasonUnreachable = "slack_unreachable" // no request was sent
	ReasonTooOld      = "too_old"           // the catch-up was over before the slot could be posted
)

// A ConditionState is the state of a condition.
type ConditionState struct {
	Over          bool      `json:"over"`
	Since         time.Time `json:"since"`            // the slot at which it came to be so
	Slot          time.Time `json:"slot"`             // the latest slot that was looked at
	ToldNoAnswer  bool      `json:"silent,omitempty"` // CAT has not answered since, and that was said
	ToldUnwatched bool      `json:"blind,omitempty"`  // nobody has looked since, and that was said
	ToldGaps      bool      `json:"gaps,omitempty"`   // it was said that nobody looks at times, as planned in CAT
}

// Missed are slots that nobody posted because catbot was down for too long.
type Missed struct {
	Count int       `json:"count"` // of the latest time it happened; counted up to MaxMissed
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
}

// A Result is how one slot ended.
type Result struct {
	Slot    time.Time       `json:"slot"`
	At      time.Time       `json:"at"`
	Outcome Outcome         `json:"outcome"`
	Total   int64           `json:"total,omitempty"`
	Reason  string          `json:"reason,omitempty"`  // of a failure, in Slack's words
	Trouble *catapi.Trouble `json:"trouble,omitempty"` // of NoAnswer and Unwatched
	By      string          `json:"by,omitempty"`      // who asked for it, when it was not the schedule
}

// An Outcome is what became of a slot.
type Outcome string

const (
	Posted    Outcome = "posted"
	Crossed   Outcome = "crossed"   // posted, for the failures have passed the condition
	Recovered Outcome = "recovered" // posted, for they no longer do
	Quiet     Outcome = "quiet"     // nothing to say
	NoAnswer  Outcome = "no answer" // CAT did not answer; posted, unless it was said before
	Unwatched Outcome = "unwatched" // CAT answered, but nobody had looked; posted, unless it was said before
	Failed    Outcome = "failed"    // Slack did not take it
	Stopped   Outcome = "stopped"   // the channel can't be posted to, so the digest is paused
	TooLate   Outcome = "too late"  // Slack took nothing of catbot's for as long as the slot could be made up for
	Overtaken Outcome = "overtaken" // a later slot of the same condition was looked at before
)

// A Post is what a slot has to say.
type Post struct {
	Digest   Digest
	Slot     Slot
	Outcome  Outcome
	Answer   report.Answer   // also of NoAnswer and Unwatched: it holds the reasons
	Trouble  *catapi.Trouble // of NoAnswer and Unwatched
	Since    time.Time       // of Recovered: since when the failures were over
	By       string          // who asked for it, when it was not the schedule
	Due      time.Time       // when the slot was to be worked on
	Sent     time.Time       // when it is sent; more than LateAfter past Due it is late
	Repeated bool            // it may have been posted before: that could not be looked up
}

// LateAfter is how long after it was due a post is called late.
const LateAfter = 2 * time.Minute

// Late reports whether p is late.
func (p Post) Late() bool { return p.By == "" && p.Sent.Sub(p.Due) > LateAfter }

// Mark is the metadata that a post carries: it names the slot in all of Slack.
func (p Post) Mark() Mark { return Mark{Digest: p.Digest.ID, Slot: p.Slot.String()} }

// A Mark names a slot of a digest.
type Mark struct{ Digest, Slot string }

// A Channel is where posts go; bot makes it of Slack.
type Channel interface {
	// Post posts p and returns Slack's id of the message. Its error is a *Refusal unless it is not known whether the post was taken.
	Post(ctx context.Context, p Post) (at string, err error)
	// Change lets the message of an outage say how far that has come. Its error is as Post's.
	UpdateOutage(ctx context.Context, o Outage) error
	// Marks returns Slack's ids of the posts in channel since then, by their marks. With an error they may be some of them.
	Marks(ctx context.Context, channel string, since time.Time) (map[Mark]string, error)
	// Access returns how far the bot reaches into channel. A channel that Slack does not show, as a private one, counts as
	// Visible if owner is of the bot's workspace.
	Access(ctx context.Context, channel, owner string) (Access, error)
	// Tell tells d's owner how its latest slot ended, in a direct message.
	NotifyOwner(ctx context.Context, d Digest, r Result) error
}

// A Refusal is certainty that a post was not taken.
type Refusal struct {
	Reason string        // Slack's word: "not_in_channel"
	Wait   time.Duration // how long Slack asks to wait; 0 when it does not
	Scope  RefusalScope
}

// RefusalScope is what a Refusal turns away.
type RefusalScope int

const (
	ScopeMessage RefusalScope = iota // this message: it would be refused again
	ScopeChannel                     // any message to its channel, until a person does something about it
	ScopeBot                         // anything of catbot's, for the time being; it is no fault of the digest's
)

func (r *Refusal) Error() string { return "slack refused a digest's post: " + r.Reason }

// Errors of a Store.
var (
	ErrUnknown = errors.New("there is no such digest")
	ErrFull    = fmt.Errorf("the channel has %d digests, and no room for more", MaxPerChannel)
	ErrNoTime  = errors.New("the schedule has no time left")
)

// MaxPerChannel bounds the digests of one channel.
const MaxPerChannel = 50
