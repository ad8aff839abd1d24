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
func (b *Bot) open(ctx context.Context, j job, o modalRequest) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	opened, err := b.api.OpenViewContext(ctx, o.trigger, o.modal().WithText(j.words.OneMoment(), j.words))
	j = b.recognise(ctx, j)
	if err != nil {
		b.log.Warn("a form was not opened", "envelope", j.envelope, "error", detail(withoutURL(err)))
		return b.reply(j, b.insteadOf(j, o), "failed")
	}
	view, outcome := b.filledIn(ctx, j, o)
	err = patiently(ctx, false, func(ctx context.Context) error {
		_, err := b.api.UpdateViewContext(ctx, view, "", opened.Hash, opened.ID)
		return err
	})
	if err != nil {
		b.log.Warn("a form was not filled in", "envelope", j.envelope, "error", detail(err))
		return "failed"
	}
	return outcome
}

// insteadOf is what a person reads for whom no form opens.
func (b *Bot) insteadOf(j job, o modalRequest) blockkit.Message {
	switch no := j.may.toOpen(o); {
	case no != "":
		return blockkit.Notice(no)
	case o.form == blockkit.FormAsk && o.origin.URL != "":
		return b.help(j, "") // as for an empty command before there were forms
	}
	return blockkit.Notice(j.words.FormTooLate())
}

// filledIn is a form that is ready for its person, or says why there is none.
func (b *Bot) filledIn(ctx context.Context, j job, o modalRequest) (view slack.ModalViewRequest, outcome string) {
	if no := j.may.toOpen(o); no != "" {
		return o.modal().WithText(no, j.words), "refused"
	}
	b.names.Known() // so that tasks are listed by the time that somebody types a name
	if o.form == blockkit.FormAsk {
		return o.modal().Ask(b.runner.Provinces(), b.runner.Language().Default(), j.words), "answered"
	}
	draft, err := b.draft(ctx, j, o)
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return o.modal().WithMessage(blockkit.OldControl(syntax, j.words), j.words), "refused"
	}
	if err != nil {
		m, outcome := b.digestTrouble(j, o.origin.Edits, err)
		return o.modal().WithMessage(m, j.words), outcome
	}
	return o.modal().Digest(draft, j.words), "answered"
}

// draft is the digest that a form begins with.
func (b *Bot) draft(ctx context.Context, j job, o modalRequest) (commands.DigestAdd, error) {
	draft := commands.DigestAdd{Channel: o.origin.Channel, Zone: b.digests.Zone}
	draft.Schedule = commands.Schedule{Kind: commands.AtTime, Days: commands.Workdays, Time: 9 * time.Hour}
	if o.origin.Edits != "" {
		d, err := b.changeable(ctx, j, o.origin.Edits)
		return d.Add, err
	}
	if o.command == "" {
		return draft, nil
	}
	command, err := b.languageOf(j.may).Parse(o.command, b.runner.Now())
	draft.Command, _ = command.(commands.Codes)
	draft.Command.Window = recurring(draft.Command.Window, b.now())
	return draft, err
}

// recurring is a window that says something new at each slot: one of fixed times becomes the latest of its length.
func recurring(w commands.Window, now time.Time) commands.Window {
	if w.Kind == commands.Rolling || w.Kind == commands.Today || w.Kind == commands.Yesterday || w == (commands.Window{}) {
		return w
	}
	begin, end := w.Resolve(now)
	return commands.Last(max(end.Sub(begin), time.Minute))
}
