// Package bot connects catbot to Slack. It receives envelopes over Socket Mode, acks them at once, works on commands
// with a bounded number of workers, and delivers each answer to the person who asked.
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

// Config configures a Bot. All fields are required.
type Config struct {
	Self    Self
	Slack   *Slack
	Workers int // commands that run at once
	Runner  *query.Runner
	// FirstSeen reports whether key is seen for the first time in ttl, across replicas.
	FirstSeen func(ctx context.Context, key string, ttl time.Duration) bool
	// LeaseWork acquires a lease on key for ttl, across replicas; it returns nil while another holds it.
	LeaseWork func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease
	Digests   Digests
	Tasks     *tasks.Directory
	People    *People
	Guests    bool // guests of the workspace may use digests and list tasks
	Metrics   *Metrics
	Log       *slog.Logger
	Now       func() time.Time
}

// A Bot answers people in Slack. Run it once.
type Bot struct {
	*core
	connections *connections
	queue       *queue
	listener    *listener
	dispatcher  *dispatcher
}

// New returns a bot that is not connected yet.
func New(c Config) *Bot {
	core := &core{
		self:      c.Self,
		api:       c.Slack.api,
		sender:    &sender{api: c.Slack.api, hooks: c.Slack.hooks, metrics: c.Metrics, log: c.Log},
		runner:    c.Runner,
		firstSeen: c.FirstSeen,
		leaseWork: c.LeaseWork,
		metrics:   c.Metrics,
		log:       c.Log,
		now:       c.Now,
		people:    c.People,
		guests:    c.Guests,
		tasks:     c.Tasks,
	}
	b := &Bot{core: core, queue: newQueue(c.Workers, c.Metrics), dispatcher: newDispatcher(core, c.Digests)}
	b.listener = &listener{core: core, queue: b.queue, dispatcher: b.dispatcher}
	b.listener.rejections.SetLimit(c.Workers)
	b.connections = newConnections(c.Slack.api, b.listener.handleEnvelope, c.Log)
	b.listener.acks = &acks{connections: b.connections, metrics: c.Metrics, log: c.Log, now: c.Now}
	return b
}

// Connected reports whether a connection is open on which Slack has said hello.
func (b *Bot) Connected() bool { return b.connections.connected() }

// Run answers commands until ctx is done. Then it accepts no more, finishes those that it has accepted, and returns
// nil. It returns an error when Slack refuses the app token.
func (b *Bot) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workCtx, cancelWork := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelWork()
	deliveryCtx, cancelDelivery := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelDelivery()
	b.runCtx, b.deliveryCtx = ctx, deliveryCtx

	finished := make(chan struct{})
	go func() {
		defer close(finished)
		b.queue.work(workCtx, b.dispatcher.do)
		_ = b.listener.rejections.Wait() // it has no errors
	}()
	err := b.connections.run(ctx)
	stop()
	b.queue.close() // the connections have ended, so nothing is pushed any more
	b.drain(finished, cancelWork, cancelDelivery)
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("connecting to slack: %w", withoutURL(err))
	}
	return nil
}

// drain waits for the accepted jobs. After commandTimeout it cancels the work, and deliverTimeout later the
// deliveries.
func (b *Bot) drain(finished <-chan struct{}, cancelWork, cancelDelivery func()) {
	if n := b.queue.unfinished(); n > 0 {
		b.log.Info("draining accepted commands", "commands", n)
	}
	select {
	case <-finished:
	case <-time.After(commandTimeout):
		b.log.Warn("commands not finished in time", "commands", b.queue.unfinished())
		cancelWork()
		timer := time.AfterFunc(deliverTimeout, cancelDelivery)
		defer timer.Stop()
		<-finished
	}
}

// Scopes are the bot token's scopes that the bot uses; manifest.yaml requests them. Digests need the channel scopes:
// to check membership, and to find a post that is there already. users:read gives a person's language. files:write and
// im:write send a CSV file to a person.
var Scopes = []string{
	"commands", "chat:write", "channels:read", "channels:history", "groups:read", "groups:history", "users:read",
	"files:write", "im:write",
}

// OptionalScopes are scopes without which catbot does not hear mentions and direct messages; the rest works.
var OptionalScopes = []string{"app_mentions:read", "im:history"}

// Shortcuts are the callback_ids of the global shortcuts; manifest.yaml declares them.
var Shortcuts = []string{blockkit.FormAsk, blockkit.FormDigest}

// MessageShortcuts are those of the shortcuts on messages.
var MessageShortcuts = []string{blockkit.ShortcutLook}

// Events are the events that the bot handles; manifest.yaml subscribes to them.
var Events = []string{"app_home_opened", "app_mention", "message.im"}
