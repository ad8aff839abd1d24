package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/tasks"
)

// An origin is where a form was opened. The form's metadata carries it until the form is submitted.
type origin struct {
	Channel string   `json:"channel,omitempty"` // empty for a shortcut and on the Home tab
	Thread  string   `json:"thread,omitempty"`  // of the message under which it was opened; empty outside of threads
	URL     string   `json:"url,omitempty"`     // the response_url of the command or control
	Edits   string   `json:"edits,omitempty"`   // id of the digest that the form changes
	Home    *homeTab `json:"home,omitempty"`    // the Home tab to update afterwards; nil elsewhere
}

// A modalRequest is a request to open a form.
type modalRequest struct {
	form      string
	trigger   string     // valid for 3 s
	command   string     // the command of the answer that the digest is created from; may be empty
	mentioned *mentioned // the message that the form for codes is filled in from; may be nil
	origin    origin
}

// A mentioned is a message that a person wants to look into.
type mentioned struct {
	text string
	sent time.Time
}

// mentionedIn returns the text of m: what a person wrote, and what another app's alert says in its attachments and
// blocks.
func mentionedIn(m slack.Message) *mentioned {
	texts := append([]string{m.Text}, textsIn(m.Blocks)...)
	for _, a := range m.Attachments {
		texts = append(texts, a.Fallback, a.Pretext, a.Title, a.TitleLink, a.Text)
		for _, field := range a.Fields {
			texts = append(texts, field.Title, field.Value)
		}
		texts = append(texts, textsIn(a.Blocks)...)
	}
	seconds, _ := strconv.ParseFloat(m.Timestamp, 64)
	return &mentioned{strings.Join(texts, "\n"), time.Unix(int64(seconds), 0)}
}

// textsIn returns what blocks show: all their texts and addresses. An alert may say in its text no more than its name.
func textsIn(blocks slack.Blocks) (texts []string) {
	var read func(any)
	read = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				read(one)
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				if text, ok := value[name].(string); ok && (name == "text" || name == "url") {
					texts = append(texts, text)
				} else if !ok {
					read(value[name])
				}
			}
		}
	}
	var shown any
	if encoded, err := json.Marshal(blocks); err == nil && json.Unmarshal(encoded, &shown) == nil {
		read(shown)
	}
	return texts
}

// A formHandler opens forms and handles their submissions.
type formHandler struct {
	*core
	answers *answerHandler
	digests *digestHandler
	changes formChanges
	reader  *formReader
}

// mustMarshal encodes value, whose encoding cannot fail.
func mustMarshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

func (o modalRequest) modal() blockkit.Form {
	return blockkit.Form{ID: o.form, Changes: o.origin.Edits != "", Metadata: string(mustMarshal(o.origin))}
}

// open opens the form empty at once, because a trigger expires after 3 s, and then fills it in.
func (h *formHandler) open(ctx context.Context, r *request, o modalRequest) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	opened, err := h.api.OpenViewContext(ctx, o.trigger, o.modal().WithText(r.words.OneMoment(), r.words))
	h.identify(ctx, r)
	if err != nil {
		h.log.Warn("opening a form failed", "envelope", r.envelope, "error", detail(withoutURL(err)))
		return h.reply(r, h.fallback(r, o), "failed")
	}
	view, outcome := h.buildView(ctx, r, o)
	err = retry(ctx, false, func(ctx context.Context) error {
		_, err := h.api.UpdateViewContext(ctx, view, "", opened.Hash, opened.ID)
		return err
	})
	if err != nil {
		h.log.Warn("filling in a form failed", "envelope", r.envelope, "error", detail(err))
		return "failed"
	}
	return outcome
}

// fallback is the message for a person whose form could not be opened.
func (h *formHandler) fallback(r *request, o modalRequest) blockkit.Message {
	switch refusal := r.access.refusalFor(o); {
	case refusal != "":
		return blockkit.Notice(refusal)
	case o.form == blockkit.FormAsk && o.origin.URL != "":
		return h.help(r, "") // the form was opened by a command without text
	}
	return blockkit.Notice(r.words.FormTooLate())
}

// buildView returns the form with its fields, or with a sentence that says why there are none.
func (h *formHandler) buildView(
	ctx context.Context, r *request, o modalRequest,
) (view slack.ModalViewRequest, outcome string) {
	if refusal := r.access.refusalFor(o); refusal != "" {
		return o.modal().WithText(refusal, r.words), "refused"
	}
	h.tasks.Known() // starts loading the tasks, which the form suggests while the person types
	if o.form == blockkit.FormAsk {
		return h.askView(ctx, r, o), "answered"
	}
	draft, err := h.draft(ctx, r, o)
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return o.modal().WithMessage(blockkit.OldControl(syntax, r.words), r.words), "refused"
	}
	if err != nil {
		m, outcome := h.digests.explainError(r, o.origin.Edits, err)
		return o.modal().WithMessage(m, r.words), outcome
	}
	return o.modal().Digest(draft, r.words), "answered"
}

// askView returns the form for codes, filled in with the command of o.
func (h *formHandler) askView(ctx context.Context, r *request, o modalRequest) slack.ModalViewRequest {
	language := h.languageOf(r.access)
	var codes commands.Codes
	if o.mentioned != nil {
		waitForTasks(ctx, h.tasks)
		codes = language.Mentioned(o.mentioned.text, h.taskOf(r.access), o.mentioned.sent, h.now())
	}
	if codes.Window == (commands.Window{}) {
		codes.Window = language.Default()
	}
	name := ""
	if len(codes.Tasks) > 0 && r.access.limit == "" {
		name = h.tasks.TaskName(codes.Tasks[0])
	}
	return o.modal().Ask(h.runner.Provinces(), codes, name, r.words)
}

// taskOf finds the task that a word in a message names: its id, an alias, or the address that it probes. People who
// may not list tasks get none.
func (h *formHandler) taskOf(a access) func(word string) (task string, ok bool) {
	if a.limit != "" {
		return func(string) (string, bool) { return "", false }
	}
	named := map[string]string{}
	name := func(word, id string) {
		if _, taken := named[word]; !taken && word != "" {
			named[word] = id
		}
	}
	for alias, id := range h.tasks.Aliases() {
		name(alias, id)
	}
	known := h.tasks.Known()
	for _, task := range known {
		name(task.ID, task.ID)
		name(tasks.Address(task.Target), task.ID)
	}
	for _, task := range known { // a host that no task probes as such is that of the first of its tasks
		name(tasks.Host(task.Target), task.ID)
	}
	return func(word string) (task string, ok bool) {
		task, ok = named[tasks.Address(word)]
		return task, ok
	}
}

// draft returns the digest with which the form is filled in.
func (h *formHandler) draft(ctx context.Context, r *request, o modalRequest) (commands.DigestAdd, error) {
	draft := commands.DigestAdd{Channel: o.origin.Channel, Zone: h.digests.config.Zone}
	draft.Schedule = commands.Schedule{Kind: commands.AtTime, Days: commands.Workdays, Time: 9 * time.Hour}
	if o.origin.Edits != "" {
		d, err := h.digests.editableDigest(ctx, r, o.origin.Edits)
		return d.Add, err
	}
	if o.command == "" {
		return draft, nil
	}
	command, err := h.languageOf(r.access).Parse(o.command, h.runner.Now())
	draft.Command, _ = command.(commands.Codes)
	draft.Command.Window = recurringWindow(draft.Command.Window, h.now())
	return draft, err
}

// recurringWindow returns a window that moves with each run: fixed times become the latest window of the same length.
func recurringWindow(w commands.Window, now time.Time) commands.Window {
	switch w.Kind {
	case commands.Rolling, commands.Today, commands.Yesterday, commands.LastNight:
		return w
	}
	if w == (commands.Window{}) {
		return w
	}
	begin, end := w.Resolve(now)
	return commands.Last(max(end.Sub(begin), time.Minute))
}
