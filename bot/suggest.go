package bot

import (
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/names"
)

// maxSuggestions keeps an ack of suggestions below what one may weigh, 20 kB.
const maxSuggestions = 40

// suggestions are an ack: slack-go's leaves an empty list out, which Slack refuses.
type suggestions struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// suggest answers what was typed into a field for tasks, from memory alone: the answer is the ack.
func (b *Bot) suggest(callback slack.InteractionCallback) suggestions {
	if callback.ActionID != fieldTask {
		return suggestions{[]*slack.OptionBlockObject{}}
	}
	w, typed := b.languages.known(callback.User.ID), strings.TrimSpace(callback.Value)
	p := &pick{options: []*slack.OptionBlockObject{}}
	aliases, tasks := b.names.Aliases(), b.names.Known()
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		label := name + " · " + w.TaskName(aliases[name], b.names.TaskName(aliases[name]))
		if len(p.options) < maxSuggestions/2 && strings.Contains(strings.ToLower(label), strings.ToLower(typed)) {
			p.add(label, aliases[name], false)
		}
	}
	for _, t := range names.Find(tasks, aliases, typed) {
		if len(p.options) == maxSuggestions {
			break
		}
		p.add(w.TaskName(t.ID, t.Name), t.ID, false)
	}
	if id, ok := commands.TaskID(typed); ok {
		p.add(w.TaskName(id, b.names.TaskName(id)), id, false)
	}
	return suggestions{p.options}
}
