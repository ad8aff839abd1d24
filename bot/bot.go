// Package bot is everything Slack: it listens over Socket Mode, acks at once, works commands off in a bounded pool and
// sees to it that every answer reaches the person who asked.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"catbot/bot/blockkit"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// Config is what a Bot is made of. All fields are needed.
type Config struct {
	Self    Self
	Slack   *Slack
	Workers int // commands worked on at once
	Runner  *query.Runner
	// First reports whether a key is seen for the first time in ttl, across replicas.
	First func(ctx context.Context, key string, ttl time.Duration) bool
	// Claim claims a key for ttl, across replicas; nil means that it is claimed already.
	Claim   func(ctx context.Context, key string, ttl time.Duration) *store.Claim
	Digests Digests
	Names   *tasks.Directory
	People  *People
	Guests  bool // guests of the workspace may have digests and lists of tasks, too
	Metrics *Metrics
	Log     *slog.Logger
	Now     func() time.Time
}

// A Bot answers slash commands. Run it once.
type Bot struct {
	self        Self
	connections *connections
	api         *slack.Client
	http        *http.Client // for response_urls
	runner      *query.Runner
	first       func(context.Context, string, time.Duration) bool
	claim       func(context.Context, string, time.Duration) *store.Claim
	digests     Digests
	metrics     *Metrics
	log         *slog.Logger
	now         func() time.Time
	people      *People
	guests      bool
	names       *tasks.Directory
	jobs        chan job
	slots       chan struct{}  // one for each job that waits for a place or has one
	places      chan struct{}  // one for each job that is worked on
	asking      chan struct{}  // one for each job that waits, or has waited, for CAT
	turnedAway  errgroup.Group // who pressed something while there was no room, and is told so

	taking     context.Context // done when no more is taken, and no ack gets through
	delivering context.Context // of all deliveries: they outlive their commands, but not the bot
}

// maxWaiting is how many commands may wait to be worked on, and how many for CAT. At the pace that catbot is made for, 200 a
// second, they are worked off within a second or two.
const maxWaiting = 400

// New makes a bot that is not connected yet.
func New(c Config) *Bot {
	b := &Bot{
		self:    c.Self,
		api:     c.Slack.api,
		http:    c.Slack.http,
		runner:  c.Runner,
		first:   c.First,
		claim:   c.Claim,
		digests: c.Digests,
		metrics: c.Metrics,
		log:     c.Log,
		now:     c.Now,
		people:  c.People,
		guests:  c.Guests,
		names:   c.Names,
		jobs:    make(chan job, c.Workers+maxWaiting),
		slots:   make(chan struct{}, c.Workers+maxWaiting),
		places:  make(chan struct{}, c.Workers),
		asking:  make(chan struct{}, maxWaiting),
	}
	b.connections = newConnections(c.Slack.api, b.hear, c.Log)
	b.turnedAway.SetLimit(c.Workers)
	return b
}

// Connected reports whether a connection is open over which Slack has said hello.
func (b *Bot) Connected() bool { return b.connections.connected() }

// Run answers commands until ctx is done; then it takes no more, finishes what it has taken, and returns nil.
// It returns an error when Slack will have none of its app token.
func (b *Bot) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	working, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	delivering, silence := context.WithCancel(context.WithoutCancel(ctx))
	defer silence()
	b.taking, b.delivering = ctx, delivering

	finished := make(chan struct{})
	go func() {
		defer close(finished)
		b.work(working)
		_ = b.turnedAway.Wait() // it has no errors
	}()
	err := b.connections.run(ctx)
	stop()
	close(b.jobs) // nothing is taken any more
	b.drain(finished, abandon, silence)
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("connecting to slack: %w", withoutURL(err))
	}
	return nil
}

// unfinished counts the commands that were taken.
func (b *Bot) unfinished() int { return len(b.slots) + len(b.asking) }

// drain waits until what was taken is finished. When that takes longer than a command may it abandons the work, and what is not
// delivered a while later is silenced.
func (b *Bot) drain(finished <-chan struct{}, abandon, silence func()) {
	if n := b.unfinished(); n > 0 {
		b.log.Info("finishing what was taken", "commands", n)
	}
	select {
	case <-finished:
	case <-time.After(commandTimeout):
		b.log.Warn("some commands are not finished in time", "commands", b.unfinished())
		abandon()
		timer := time.AfterFunc(deliverTimeout, silence)
		defer timer.Stop()
		<-finished
	}
}

// Scopes are the bot token's scopes that the bot uses; manifest.yaml asks for them. Those for channels are for digests: who is in
// one, and whether a post stands there already. users:read tells the language a person reads; files:write and im:write bring a person
// the rows in a file.
var Scopes = []string{
	"commands", "chat:write", "channels:read", "channels:history", "groups:read", "groups:history", "users:read", "files:write", "im:write",
}

// Shortcuts are the callback_ids of the global shortcuts that the bot knows; manifest.yaml offers them.
var Shortcuts = []string{blockkit.FormAsk, blockkit.FormDigest}

// Events are the Events API's that the bot listens for; manifest.yaml subscribes to them.
var Events = []string{"app_home_opened"}
