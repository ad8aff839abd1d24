package bot

import (
	"context"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

// maxSuggestions keeps the ack below Slack's limit of 20 kB.
const maxSuggestions = 40

// suggestions is an ack. slack-go's own type leaves out an empty list, which Slack refuses.
type suggestions struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// A suggestHandler suggests tasks while a person types.
type suggestHandler struct{ *core }

// answer acks j with suggestions.
func (h *suggestHandler) answer(ctx context.Context, j *queryJob) (outcome string) {
	j.ack.send(ctx, h.suggest(j))
	return "answered"
}

// suggest finds tasks for j without a request. A person who may not list tasks gets only a task whose id they typed.
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
		p.Add(w.TaskName(id, h.tasks.TaskName(id)), id, false)
	}
	return suggestions{p.All}
}

func (h *suggestHandler) suggestByName(p *blockkit.Options, typed string, w i18n.Phrases) {
	index := h.tasks.Index()
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
