package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

// maxSuggestions keeps an ack of suggestions below what one may weigh, 20 kB.
const maxSuggestions = 40

// suggestions are an ack: slack-go's leaves an empty list out, which Slack refuses.
type suggestions struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// A taskQuery is what somebody typed into a field for tasks, which waits for its ack.
type taskQuery struct {
	request socketmode.Request
	field   string // its action_id
	typed   string
}

// takeQuery answers a query at once, for its ack is the answer. Only where its person is not known yet a worker asks Slack first.
func (b *Bot) takeQuery(ctx context.Context, request socketmode.Request, callback slack.InteractionCallback, received time.Time) {
	j := job{
		envelope: request.EnvelopeID, to: Address{User: callback.User.ID}, from: membership{team: callback.User.TeamID}, received: received,
		query: &taskQuery{request, callback.ActionID, strings.TrimSpace(callback.Value)},
	}
	who := b.people.recall(j.to.User)
	if !who.known && b.reserve() {
		b.queue(j)
		return
	}
	j.words, j.may = who.words, b.access(j.from, who)
	b.answer(ctx, j)
}

// answer acks the query of j with suggestions.
func (b *Bot) answer(ctx context.Context, j job) (outcome string) {
	b.ack(ctx, &j.query.request, b.suggest(j), j.received)
	return "answered"
}

// suggest finds tasks for the query of j, from memory alone. Who may not list tasks gets the one that they typed the id of.
func (b *Bot) suggest(j job) suggestions {
	p := &blockkit.Options{All: []*slack.OptionBlockObject{}}
	if j.query.field != blockkit.FieldTask || j.may.refusal != "" {
		return suggestions{p.All}
	}
	w, typed := j.words, j.query.typed
	if j.may.limit == "" {
		b.suggestByName(p, typed, w)
	}
	if id, ok := commands.TaskID(typed); ok {
		p.Add(w.TaskName(id, b.names.TaskName(id)), id, false)
	}
	return suggestions{p.All}
}

func (b *Bot) suggestByName(p *blockkit.Options, typed string, w i18n.Phrases) {
	index := b.names.Index()
	for alias, t := range index.FindAliases(typed) {
		if len(p.All) == maxSuggestions/2 {
			break
		}
		p.Add(alias+" · "+w.TaskName(t.ID, t.Name), t.ID, false)
	}
	for t := range index.Find(typed) {
		if len(p.All) == maxSuggestions {
			break
		}
		p.Add(w.TaskName(t.ID, t.Name), t.ID, false)
	}
}
