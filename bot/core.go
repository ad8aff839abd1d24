package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// core is what all handlers share: who catbot is, whom it asks, and how a reply reaches its person.
type core struct {
	self    Self
	api     *slack.Client
	sender  *sender
	home    *homeHandler
	runner  *query.Runner
	first   func(context.Context, string, time.Duration) bool
	claim   func(context.Context, string, time.Duration) *store.WorkLease
	metrics *Metrics
	log     *slog.Logger
	now     func() time.Time
	people  *People
	guests  bool
	names   *tasks.Directory

	taking     context.Context // done when no more is taken, and no ack gets through
	delivering context.Context // of all deliveries: they outlive their commands, but not the bot
}

// survive is to be deferred in a goroutine that owes nobody an answer: its panic is logged, and catbot goes on.
func (c *core) survive(doing, envelope string) {
	if value := recover(); value != nil {
		c.log.Error("catbot panicked", "doing", doing, "envelope", envelope, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	}
}

// panicked reports whether err is of a panic, and logs it.
func (c *core) panicked(r *request, err error) bool {
	panicked, ok := errors.AsType[*catapi.PanicError](err)
	if ok {
		c.log.Error("a command panicked", "envelope", r.envelope, "error", panicked)
	}
	return ok
}

// identify asks Slack who the person of r is: the language that they read, and what they may use.
func (c *core) identify(ctx context.Context, r *request) {
	who := c.people.ask(ctx, r.to.User)
	r.words, r.access = who.words, c.access(r.from, who)
}

// languageOf is the language of somebody who may have a: without aliases where those are not for them, so that no mistake
// tells of one.
func (c *core) languageOf(a access) commands.Language {
	language := c.runner.Language()
	if a.limit != "" {
		language.Aliases = nil
	}
	return language
}

// deliverOrLog delivers with time of its own: an answer that took long must still get out. Its person is told when an answer
// for a channel is not there for sure; one who sent a form from elsewhere is told by that form. What can't be shown on a Home
// tab is sent as a direct message.
func (c *core) deliverOrLog(r *request, m blockkit.Message, replace bool) delivery {
	ctx, cancel := context.WithTimeout(c.delivering, deliverTimeout)
	defer cancel()
	if r.home != nil {
		if c.home.draw(ctx, r, m) == "answered" {
			return delivered
		}
		direct := *r
		direct.home, direct.to = nil, Address{User: r.to.User}
		return c.deliverOrLog(&direct, m, false)
	}
	d, err := c.sender.deliver(ctx, r.to, m, replace)
	switch {
	case d == undelivered:
		c.log.Error("an answer reached nobody", "envelope", r.envelope, "error", err)
	case d == unconfirmed:
		c.log.Warn("an answer may not have reached its channel, its person is told so", "envelope", r.envelope, "error", err)
	}
	if m.Public && (d == unconfirmed || d == deliveredDirectly) && !r.toldByForm {
		c.deliverOrLog(r, blockkit.InChannel(d.said(false, r.words), r.to.Channel), false) // private, so this ends here
	}
	return d
}

// reply delivers m, and returns the outcome of what ended with done.
func (c *core) reply(r *request, m blockkit.Message, done string) (outcome string) {
	return c.deliverOrLog(r, m, false).outcome(m, done)
}

// aliases is what a message shows of known, the task of each alias.
func (c *core) aliases(known map[string]string) blockkit.TaskAliases {
	return blockkit.TaskAliases{Tasks: known, TaskName: c.names.TaskName}
}

// help is the help on a topic, with the names that people have given to tasks.
func (c *core) help(r *request, topic string) blockkit.Message {
	if r.access.limit != "" {
		return blockkit.Help(topic, c.now(), nil, r.words)
	}
	return blockkit.Help(topic, c.now(), c.names.Aliases(), r.words)
}
