// Package digest posts answers of commands to channels on a schedule. Each slot of a schedule is posted once, whichever
// process restarts or dies.
//
// A tick opens the slots that are due in Redis and moves their digests on to the next time, in one step. A slot stays
// open until a replica has posted it and closed it. A queue (asynq) distributes open slots to replicas. A lease keeps
// two replicas from working on one digest at once. A sweep enqueues open slots again that no replica works on. Before a
// second try, a replica looks in the channel for a post of the first. A slot may therefore be late, but it is neither
// lost nor posted twice.
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

// A Digest is a command whose answer is posted to a channel on a schedule.
type Digest struct {
	ID      string
	Owner   string             // Slack's id of the person who added it
	Add     commands.DigestAdd // schedule, channel and command; zone and channel are always set
	Created time.Time
	Broken  string // why its text can't be parsed, as after MAX_WINDOW was lowered; Add then has the channel only
	Damaged string // which other stored fields can't be read; they are ignored

	Paused      *Pause          // nil while it runs
	Next        time.Time       // zero while it is paused, and when its schedule has no time left
	State       *ConditionState // nil without a condition, and before its first evaluation
	Muted       *Mute           // of this digest alone; nil if none
	Missed      *Missed         // nil when no slot was ever missed
	BrokenSince time.Time       // since when a tick can't parse its text; zero while it can
	Last        []Result        // newest first, at most maxResults

	revision   string // counts changes by people; "" is none
	unfinished string // the key of the slot whose decision is carried out; "" is none
	channel    string // the channel that it is listed in
	last       string // Last as it is stored
	over       string // State as it is stored
}

// Zone returns the time zone of d's schedule.
func (d Digest) Zone() *time.Location {
	zone, err := time.LoadLocation(d.Add.Zone)
	if err != nil {
		return time.UTC // checked when d was added, but this machine's tzdata may lack it
	}
	return zone
}

// A Pause says why a digest does not run.
type Pause struct {
	By     string    `json:"by,omitempty"`     // Slack's id; "" when catbot paused it
	Reason string    `json:"reason,omitempty"` // Slack's error code, as "is_archived", or a Reason of this package
	At     time.Time `json:"at"`
}

// Reasons beside Slack's error codes.
const (
	ReasonDamaged     = "pause_damaged"     // the stored pause can't be read
	ReasonNotAllowed  = "not_allowed_here"  // ALLOWED_CHANNELS does not name the channel
	ReasonUnreachable = "slack_unreachable" // no request was sent
	ReasonTooOld      = "too_old"           // the catch-up was over before the slot could be posted
)

// A ConditionState is the state of a digest's condition.
type ConditionState struct {
	Over          bool      `json:"over"`             // an incident is open
	Since         time.Time `json:"since"`            // the slot at which Over changed
	Slot          time.Time `json:"slot"`             // the latest slot that was evaluated
	ToldNoAnswer  bool      `json:"silent,omitempty"` // the channel was told that CAT does not answer, which still holds
	ToldUnwatched bool      `json:"blind,omitempty"`  // the channel was told that no probe ran, which still holds
	ToldGaps      bool      `json:"gaps,omitempty"`   // the channel was told that the task's plan leaves gaps

	Streak      int        `json:"streak,omitempty"`      // slots in a row over the limits, or while Over, below the closing line
	StreakSince time.Time  `json:"streak_since,omitzero"` // the first of them
	Recent      []Point    `json:"recent,omitempty"`      // the latest slots before an incident
	Pending     *Reading   `json:"pending,omitempty"`     // the worst of them before an incident
	Unknown     *Unknown   `json:"unknown,omitempty"`     // why the latest slot was not evaluated; nil when it was
	Notes       []Note     `json:"notes,omitempty"`       // the messages that say so
	Incident    *Incident  `json:"incident,omitempty"`    // the open one
	Silent      bool       `json:"muted,omitempty"`       // the latest slot was muted or in quiet hours
	Owes        bool       `json:"owes,omitempty"`        // it is to be said, after a silence, that the incident lasts
	Ended       []Incident `json:"ended,omitempty"`       // incidents that ended in silence, not told yet; at most maxEnded

	Newer newerMembers `json:"-"`
}

// Missed are slots that were not posted because catbot was down for too long, or because the clock jumped over them.
type Missed struct {
	Count  int       `json:"count"` // of the latest downtime; at most MaxMissed
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`               // when catbot noticed
	Jumped bool      `json:"jumped,omitempty"` // the machine slept, or its clock was set forward
}

// A Result is how one slot ended.
type Result struct {
	Slot    time.Time       `json:"slot"`
	At      time.Time       `json:"at"`
	Outcome Outcome         `json:"outcome"`
	Total   int64           `json:"total,omitempty"`
	Reason  string          `json:"reason,omitempty"`  // of a failure: Slack's error code or a sentence
	Trouble *catapi.Trouble `json:"trouble,omitempty"` // of NoAnswer and Unwatched
	By      string          `json:"by,omitempty"`      // who ran it by hand; "" for the schedule
}

// An Outcome is how a slot ended.
type Outcome string

const (
	Posted    Outcome = "posted"
	Crossed   Outcome = "crossed"   // posted: an incident has opened
	Reminded  Outcome = "reminded"  // posted: an incident still lasts
	Recovered Outcome = "recovered" // posted: an incident has ended
	WasOver   Outcome = "was over"  // posted: an incident began and ended in silence
	Quiet     Outcome = "quiet"     // not posted: nothing to say
	Pending   Outcome = "pending"   // not posted: over the limits, in too few slots so far
	Silenced  Outcome = "silenced"  // not posted: over the limits, but muted or in quiet hours
	NoAnswer  Outcome = "no answer" // CAT did not answer; posted unless the channel knows
	Unwatched Outcome = "unwatched" // CAT has no data because no probe ran; posted unless the channel knows
	Failed    Outcome = "failed"    // Slack refused it, or an error inside catbot
	Stopped   Outcome = "stopped"   // the channel refuses posts, so the digest is paused
	TooLate   Outcome = "too late"  // the catch-up was over before it could be posted
	Overtaken Outcome = "overtaken" // a later slot of the same condition was evaluated first
	Abandoned Outcome = "abandoned" // the digest was paused or changed before it was done
)

// A Post is what a slot posts.
type Post struct {
	Digest    Digest
	Slot      Slot
	Outcome   Outcome
	Answer    report.Answer   // set for NoAnswer and Unwatched, too: it holds the reasons
	Trouble   *catapi.Trouble // of NoAnswer and Unwatched
	Incident  *Incident       // of Crossed, Reminded, Recovered and WasOver
	Was       []Span          // of Crossed and WasOver: incidents that nobody heard of
	Meanwhile []Incident      // of Posted: the incidents of its tasks in its channel in the answer's window, the latest first
	Thread    string          // Slack's id of the message that it answers, visible to the whole channel; "" if none
	By        string          // who ran it by hand; "" for the schedule
	Due       time.Time       // when the slot was ready to be posted
	Sent      time.Time       // when it is sent
	Repeated  bool            // it may be posted already: the channel's history could not be read
}

// lateAfter is how long after Due a post counts as late.
const lateAfter = 2 * time.Minute

// Late reports whether p is late.
func (p Post) Late() bool { return p.By == "" && p.Sent.Sub(p.Due) > lateAfter }

// Mark returns the metadata of p, which names its slot in Slack.
func (p Post) Mark() Mark { return Mark{Digest: p.Digest.ID, Slot: p.Slot.String()} }

// A Mark names a slot of a digest.
type Mark struct {
	Digest string `json:"digest"`
	Slot   string `json:"slot"`
}

// A Channel posts to Slack. Package bot implements it.
type Channel interface {
	// Post posts p and returns Slack's id of the message. Its error is a *Refusal if Slack surely did not post p.
	Post(ctx context.Context, p Post) (at string, err error)
	// UpdateOutage updates the message of an outage. Its error is as Post's.
	UpdateOutage(ctx context.Context, o Outage) error
	// UpdateIncident updates the message of d's incident i. Its error is as Post's.
	UpdateIncident(ctx context.Context, d Digest, i Incident) error
	// EndNote updates a message that said that d's condition could not be evaluated: since n.Until, it is. Its error is
	// as Post's.
	EndNote(ctx context.Context, d Digest, n Note) error
	// Marks returns Slack's ids of the posts in channel after since, by their marks, and of the answers to the post
	// thread if that is not "". With an error the list may be incomplete.
	Marks(ctx context.Context, channel, thread string, since time.Time) (map[Mark]string, error)
	// Access returns how far the bot reaches into channel. A channel that Slack does not show, as a private one, counts as
	// Visible if owner is of the bot's workspace.
	Access(ctx context.Context, channel, owner string) (Access, error)
	// NotifyOwner sends d's owner a direct message that says how the latest slot ended.
	NotifyOwner(ctx context.Context, d Digest, r Result) error
}

// A Refusal says that Slack surely did not post a message.
type Refusal struct {
	Reason string        // Slack's error code, as "not_in_channel"
	Wait   time.Duration // how long Slack asks to wait; 0 if it does not
	Scope  RefusalScope
	Gone   bool // the message to change or to answer does not exist, or can't be changed any more
}

// A RefusalScope is what a Refusal applies to.
type RefusalScope int

const (
	ScopeMessage RefusalScope = iota // this message alone; it would be refused again
	ScopeChannel                     // all messages to its channel, until a person changes that
	ScopeBot                         // all messages of the bot, for the time being
)

func (r *Refusal) Error() string { return "slack refused a digest's post: " + r.Reason }

// Errors of Store.
var (
	ErrUnknown = errors.New("there is no such digest")
	ErrFull    = fmt.Errorf("the channel has %d digests, the most allowed", MaxPerChannel)
	ErrNoTime  = errors.New("the schedule has no time in the next five years")
)

// MaxPerChannel bounds the digests of one channel.
const MaxPerChannel = 50
