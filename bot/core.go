package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// core holds what all handlers share: catbot's identity, its clients, and the delivery of replies.
type core struct {
	self      Self
	api       *slack.Client
	sender    *sender
	home      *homeHandler
	runner    *query.Runner
	firstSeen func(context.Context, string, time.Duration) bool
	leaseWork func(context.Context, string, time.Duration) *store.WorkLease
	metrics   *Metrics
	log       *slog.Logger
	now       func() time.Time
	people    *People
	guests    bool
	tasks     *tasks.Directory

	runCtx      context.Context // done when the bot stops; from then on no ack can be sent
	deliveryCtx context.Context // parent of all deliveries, which may outlive their command but not the bot
}

// recoverPanic logs a panic of the goroutine that defers it. It is for goroutines that owe no answer.
func (c *core) recoverPanic(doing, envelope string) {
	if value := recover(); value != nil {
		c.log.Error("panic recovered", "doing", doing, "envelope", envelope,
			"panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	}
}

// panicked reports whether err is a recovered panic, and logs it.
func (c *core) panicked(r *request, err error) bool {
	panicked, ok := errors.AsType[*catapi.PanicError](err)
	if ok {
		c.log.Error("command panicked", "envelope", r.envelope, "error", panicked)
	}
	return ok
}

// identify sets the language and the access of the person of r, from what Slack says about them.
func (c *core) identify(ctx context.Context, r *request) {
	who := c.people.lookUp(ctx, r.to.User)
	r.words, r.access = who.words, c.access(r.membership, who)
}

// languageOf returns the command language for a person with access a. People who may not see aliases get neither
// aliases nor a task of the account, so no error message can reveal one.
func (c *core) languageOf(a access) commands.Language {
	language := c.runner.Language()
	if a.limit != "" {
		language.Aliases = nil
		return language
	}
	language.Task, language.Interval = c.tasks.Example(), c.interval
	return language
}

// interval returns the probing interval of a task, or 0 if it is not known. It does not wait.
func (c *core) interval(id string) time.Duration {
	known := c.tasks.Known()
	if at := slices.IndexFunc(known, func(task catapi.Task) bool { return task.ID == id }); at >= 0 {
		return known[at].Interval
	}
	return 0
}

// deliverOrLog delivers m and logs a failure. It has a timeout of its own, so a slow command does not cut it short.
// When a public answer may not be in its channel, the person is told so, unless their form tells them. What can't be
// shown on the Home tab is sent as a direct message.
func (c *core) deliverOrLog(r *request, m blockkit.Message, replace bool) delivery {
	ctx, cancel := context.WithTimeout(c.deliveryCtx, deliverTimeout)
	defer cancel()
	if r.home != nil {
		if c.home.publish(ctx, r, m) == "answered" {
			return delivered
		}
		direct := *r
		direct.home, direct.to = nil, Address{User: r.to.User}
		return c.deliverOrLog(&direct, m, false)
	}
	d, err := c.sender.deliver(ctx, r.to, m, replace)
	switch {
	case d == undelivered:
		c.log.Error("answer not delivered", "envelope", r.envelope, "error", err)
	case d == unconfirmed:
		c.log.Warn("delivery to the channel unconfirmed, telling the user", "envelope", r.envelope, "error", err)
	}
	if m.Public && (d == unconfirmed || d == deliveredDirectly) && !r.formConfirms {
		// This message is not public, so there is no further one.
		c.deliverOrLog(r, blockkit.InChannel(d.sentence(false, r.words), r.to.Channel), false)
	}
	return d
}

// reply delivers m and returns the outcome: done, unless the delivery failed.
func (c *core) reply(r *request, m blockkit.Message, done string) (outcome string) {
	return c.deliverOrLog(r, m, false).outcome(m, done)
}

// taskWait bounds the wait for the list of tasks where an answer is better with it.
const taskWait = 3 * time.Second

// waitForTasks waits until the tasks are listed, if they are not yet.
func waitForTasks(ctx context.Context, names *tasks.Directory) {
	ctx, cancel := context.WithTimeout(ctx, taskWait)
	defer cancel()
	_, _ = names.Tasks(ctx) // without them there are fewer names
}

// aliases adds the tasks' names to known, which maps each alias to its task.
func (c *core) aliases(known map[string]string) blockkit.TaskAliases {
	return blockkit.TaskAliases{Tasks: known, TaskName: c.tasks.TaskName}
}

// help returns the help on a topic. It lists the aliases unless the person may not see them.
func (c *core) help(r *request, topic string) blockkit.Message {
	if r.access.limit != "" {
		return blockkit.Help(topic, c.now(), nil, r.words)
	}
	m := blockkit.Help(topic, c.now(), c.tasks.Aliases(), r.words)
	if example := c.tasks.Example(); r.to.Direct && topic == "" && example != "" {
		m = m.WithFirstSteps(example, c.tasks.TaskName(example), r.words)
	}
	return m
}
