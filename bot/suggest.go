package bot

import (
	"context"

	"github.com/slack-go/slack"

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

// A suggestHandler suggests tasks while somebody types.
type suggestHandler struct{ *core }

// answer acks j with suggestions.
func (h *suggestHandler) answer(ctx context.Context, j *queryJob) (outcome string) {
	j.ack.send(ctx, h.suggest(j))
	return "answered"
}

// suggest finds tasks for j, from memory alone. Who may not list tasks gets the one that they typed the id of.
func (h *suggestHandler) suggest(j *queryJob) suggestions {
	p := &blockkit.Options{All: []*slack.OptionBlockObject{}}
	if j.field != blockkit.FieldTask || j.access.refusal != "" {
		return suggestions{p.All}
	}
	w, typed := j.words, j.typed
	if j.access.limit == "" {
		h.suggestByName(p, typed, w)
	}
	if id, ok := commands.TaskID(typed); ok {
		p.Add(w.TaskName(id, h.names.TaskName(id)), id, false)
	}
	return suggestions{p.All}
}

func (h *suggestHandler) suggestByName(p *blockkit.Options, typed string, w i18n.Phrases) {
	index := h.names.Index()
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
