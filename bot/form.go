package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// An origin is where a form was opened, which its view carries until it is sent off.
type origin struct {
	Channel string   `json:"channel,omitempty"` // empty for a shortcut and on the Home tab
	URL     string   `json:"url,omitempty"`     // the response_url of the command or control
	Edits   string   `json:"edits,omitempty"`   // id of the digest that is changed
	Home    *homeTab `json:"home,omitempty"`    // is drawn anew after
}

// A modalRequest asks for a form.
type modalRequest struct {
	form    string
	trigger string // valid for 3 s
	command string // of the answer that a digest is made of
	origin  origin
}

// A formHandler opens forms and does what they ask.
type formHandler struct {
	*core
	answers *answerHandler
	digests *digestHandler
}

// mustMarshal encodes what can always be encoded.
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

// open shows a form at once, with nothing in it, and then fills it in: a trigger does not live long enough for more.
func (h *formHandler) open(ctx context.Context, r *request, o modalRequest) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	opened, err := h.api.OpenViewContext(ctx, o.trigger, o.modal().WithText(r.words.OneMoment(), r.words))
	h.identify(ctx, r)
	if err != nil {
		h.log.Warn("a form was not opened", "envelope", r.envelope, "error", detail(withoutURL(err)))
		return h.reply(r, h.insteadOf(r, o), "failed")
	}
	view, outcome := h.filledIn(ctx, r, o)
	err = patiently(ctx, false, func(ctx context.Context) error {
		_, err := h.api.UpdateViewContext(ctx, view, "", opened.Hash, opened.ID)
		return err
	})
	if err != nil {
		h.log.Warn("a form was not filled in", "envelope", r.envelope, "error", detail(err))
		return "failed"
	}
	return outcome
}

// insteadOf is what a person reads for whom no form opens.
func (h *formHandler) insteadOf(r *request, o modalRequest) blockkit.Message {
	switch no := r.access.toOpen(o); {
	case no != "":
		return blockkit.Notice(no)
	case o.form == blockkit.FormAsk && o.origin.URL != "":
		return h.help(r, "") // as for an empty command before there were forms
	}
	return blockkit.Notice(r.words.FormTooLate())
}

// filledIn is a form that is ready for its person, or says why there is none.
func (h *formHandler) filledIn(ctx context.Context, r *request, o modalRequest) (view slack.ModalViewRequest, outcome string) {
	if no := r.access.toOpen(o); no != "" {
		return o.modal().WithText(no, r.words), "refused"
	}
	h.names.Known() // so that tasks are listed by the time that somebody types a name
	if o.form == blockkit.FormAsk {
		return o.modal().Ask(h.runner.Provinces(), h.runner.Language().Default(), r.words), "answered"
	}
	draft, err := h.draft(ctx, r, o)
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return o.modal().WithMessage(blockkit.OldControl(syntax, r.words), r.words), "refused"
	}
	if err != nil {
		m, outcome := h.digests.digestTrouble(r, o.origin.Edits, err)
		return o.modal().WithMessage(m, r.words), outcome
	}
	return o.modal().Digest(draft, r.words), "answered"
}

// draft is the digest that a form begins with.
func (h *formHandler) draft(ctx context.Context, r *request, o modalRequest) (commands.DigestAdd, error) {
	draft := commands.DigestAdd{Channel: o.origin.Channel, Zone: h.digests.config.Zone}
	draft.Schedule = commands.Schedule{Kind: commands.AtTime, Days: commands.Workdays, Time: 9 * time.Hour}
	if o.origin.Edits != "" {
		d, err := h.digests.changeable(ctx, r, o.origin.Edits)
		return d.Add, err
	}
	if o.command == "" {
		return draft, nil
	}
	command, err := h.languageOf(r.access).Parse(o.command, h.runner.Now())
	draft.Command, _ = command.(commands.Codes)
	draft.Command.Window = recurring(draft.Command.Window, h.now())
	return draft, err
}

// recurring is a window that says something new at each slot: one of fixed times becomes the latest of its length.
func recurring(w commands.Window, now time.Time) commands.Window {
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
