// Package bot is everything Slack: it listens over Socket Mode, acks at once, works commands off in a bounded pool and
// sees to it that every answer reaches the person who asked.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

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
	Claim   func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease
	Digests Digests
	Names   *tasks.Directory
	People  *People
	Guests  bool // guests of the workspace may have digests and lists of tasks, too
	Metrics *Metrics
	Log     *slog.Logger
	Now     func() time.Time
}

// A Bot answers people in Slack. Run it once.
type Bot struct {
	*core
	connections *connections
	queue       *queue
	listener    *listener
	dispatcher  *dispatcher
}

// New makes a bot that is not connected yet.
func New(c Config) *Bot {
	core := &core{
		self:    c.Self,
		api:     c.Slack.api,
		sender:  &sender{api: c.Slack.api, http: c.Slack.http, metrics: c.Metrics, log: c.Log},
		runner:  c.Runner,
		first:   c.First,
		claim:   c.Claim,
		metrics: c.Metrics,
		log:     c.Log,
		now:     c.Now,
		people:  c.People,
		guests:  c.Guests,
		names:   c.Names,
	}
	b := &Bot{core: core, queue: newQueue(c.Workers, c.Metrics), dispatcher: newDispatcher(core, c.Digests)}
	b.listener = &listener{core: core, queue: b.queue, dispatcher: b.dispatcher}
	b.listener.turnedAway.SetLimit(c.Workers)
	b.connections = newConnections(c.Slack.api, b.listener.hear, c.Log)
	b.listener.acks = &acks{connections: b.connections, metrics: c.Metrics, log: c.Log, now: c.Now}
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
		b.queue.work(working, b.dispatcher.do)
		_ = b.listener.turnedAway.Wait() // it has no errors
	}()
	err := b.connections.run(ctx)
	stop()
	b.queue.close() // nothing is taken any more
	b.drain(finished, abandon, silence)
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("connecting to slack: %w", withoutURL(err))
	}
	return nil
}

// drain waits until what was taken is finished. When that takes longer than a command may it abandons the work, and what is not
// delivered a while later is silenced.
func (b *Bot) drain(finished <-chan struct{}, abandon, silence func()) {
	if n := b.queue.unfinished(); n > 0 {
		b.log.Info("finishing what was taken", "commands", n)
	}
	select {
	case <-finished:
	case <-time.After(commandTimeout):
		b.log.Warn("some commands are not finished in time", "commands", b.queue.unfinished())
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
