package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
)

// The forms' callback_ids, which are also those of the shortcuts that open them.
const (
	askForm    = "ask"
	digestForm = "new_digest"
)

// The fields' block_ids and action_ids, which are also where errors stand.
const (
	fieldTask     = "task"
	fieldWindow   = "window"
	fieldProvince = "province"
	fieldISP      = "isp"
	fieldCompare  = "compare"
	fieldWhere    = "where"
	fieldCommand  = "command"
	fieldSchedule = "schedule"
	fieldTime     = "time"
	fieldOwn      = "own_schedule"
	fieldOver     = "over"
	fieldZone     = "zone"
)

// An origin is where a form was opened, which its view carries until it is sent off.
type origin struct {
	Channel string   `json:"channel,omitempty"` // empty for a shortcut and on the Home tab
	URL     string   `json:"url,omitempty"`     // the response_url of the command or control
	Edits   string   `json:"edits,omitempty"`   // id of the digest that is changed
	Home    *homeTab `json:"home,omitempty"`    // is drawn anew after
}

// An opening asks for a form.
type opening struct {
	form    string
	trigger string // valid for 3 s
	command string // of the answer that a digest is made of
	origin  origin
}

// open shows a form at once, with nothing in it, and then fills it in: a trigger does not live long enough for more.
func (b *Bot) open(ctx context.Context, j job, o opening) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	opened, err := b.api.OpenViewContext(ctx, o.trigger, modal(o, j.words, section(say(j.words.OneMoment()))))
	j = b.recognise(ctx, j)
	if err != nil {
		b.log.Warn("a form was not opened", "envelope", j.envelope, "error", detail(withoutURL(err)))
		b.deliverOrLog(j, b.insteadOf(j, o), false)
		return "failed"
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
func (b *Bot) insteadOf(j job, o opening) Message {
	switch no := j.may.toOpen(o); {
	case no != "":
		return beside(no)
	case o.form == askForm && o.origin.URL != "":
		return b.help(j, "") // as for an empty command before there were forms
	}
	return beside(j.words.FormTooLate())
}

func modal(o opening, w i18n.Phrases, blocks ...slack.Block) slack.ModalViewRequest {
	title := w.DigestTitle()
	switch {
	case o.form == askForm:
		title = w.AskTitle()
	case o.origin.Edits != "":
		title = w.EditTitle()
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: o.form, Title: plainText(title), Close: plainText(w.CloseForm()),
		PrivateMetadata: string(mustMarshal(o.origin)), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// filledIn is a form that is ready for its person, or says why there is none.
func (b *Bot) filledIn(ctx context.Context, j job, o opening) (view slack.ModalViewRequest, outcome string) {
	if no := j.may.toOpen(o); no != "" {
		return modal(o, j.words, section(say(no))), "refused"
	}
	b.names.Known() // so that tasks are listed by the time that somebody types a name
	if o.form == askForm {
		view = modal(o, j.words, b.askFields(j)...)
		view.Submit = plainText(j.words.AskSubmit())
		return view, "answered"
	}
	draft, err := b.draft(ctx, j, o)
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return modal(o, j.words, oldControlMessage(syntax, j.words).Rich...), "refused"
	}
	if err != nil {
		m, outcome := b.digestTrouble(j, o.origin.Edits, err)
		return modal(o, j.words, m.Rich...), outcome
	}
	view = modal(o, j.words, digestFields(draft, j.words)...)
	if view.Submit = plainText(j.words.AddSubmit()); o.origin.Edits != "" {
		view.Submit = plainText(j.words.SaveSubmit())
	}
	return view, "answered"
}

// draft is the digest that a form begins with.
func (b *Bot) draft(ctx context.Context, j job, o opening) (commands.DigestAdd, error) {
	draft := commands.DigestAdd{Channel: o.origin.Channel, Zone: b.digests.Zone}
	draft.Schedule = commands.Schedule{Kind: commands.AtTime, Days: commands.Workdays, Time: 9 * time.Hour}
	if o.origin.Edits != "" {
		d, err := b.changeable(ctx, j, o.origin.Edits)
		return d.Add, err
	}
	if o.command == "" {
		return draft, nil
	}
	command, err := b.runner.Parse(o.command)
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

func (b *Bot) askFields(j job) []slack.Block {
	w := j.words
	provinces := &pick{}
	for _, p := range b.runner.Provinces() {
		if len(provinces.options) < maxOptions {
			provinces.add(report.Place{Code: p.Code, Name: p.Name}.Label(w), cmp.Or(p.Code, p.Name), false)
		}
	}
	isps := &pick{}
	for _, isp := range commands.ISPs {
		isps.add(w.ISP(isp), isp, false)
	}
	compare := slack.NewCheckboxGroupsBlockElement(fieldCompare, slack.NewOptionBlockObject("compare", plainText(w.CompareOption()), nil))
	return []slack.Block{
		input(fieldTask, w.TaskLabel(), w.TaskHint(), taskField(), false),
		input(fieldWindow, w.WindowLabel(), "", windowField(b.runner.Language().Default(), w), false),
		input(fieldProvince, w.ProvinceLabel(), "", provinces.element(fieldProvince, w.AllProvinces()), true),
		input(fieldISP, w.ISPLabel(), "", isps.element(fieldISP, w.AllISPs()), true),
		input(fieldCompare, w.CompareLabel(), "", compare, true),
		input(fieldWhere, w.WhereLabel(), w.WhereHint(), channelField(""), true),
	}
}

// schedules are offered by the form for digests; those without a time take it from the field beside.
var schedules = []string{"daily", "weekdays", "mon", "fri", "hourly", "every 30m", "every 15m", "every 5m"}

func digestFields(d commands.DigestAdd, w i18n.Phrases) []slack.Block {
	var blocks []slack.Block
	if len(d.Command.Tasks) > 0 {
		command := slack.NewPlainTextInputBlockElement(nil, fieldCommand).WithInitialValue(withoutCompare(d.Command).String())
		blocks = append(blocks, input(fieldCommand, w.CommandLabel(), w.CommandHint(), command, false))
	} else {
		blocks = append(blocks, input(fieldTask, w.TaskLabel(), w.TaskHint(), taskField(), false),
			input(fieldWindow, w.WindowLabel(), "", windowField(commands.Last(24*time.Hour), w), false))
	}
	when, own := &pick{}, slack.NewPlainTextInputBlockElement(nil, fieldOwn)
	offered := false
	for _, name := range schedules {
		chosen := d.Schedule.Kind == commands.AtTime && d.Schedule.Days.String() == name || d.Schedule.String() == name
		offered = offered || chosen
		when.add(w.ScheduleName(name), name, chosen)
	}
	if !offered {
		own = own.WithInitialValue(d.Schedule.String())
	}
	clock := slack.NewTimePickerBlockElement(fieldTime)
	clock.InitialTime = fmt.Sprintf("%02d:%02d", d.Schedule.Time/time.Hour, d.Schedule.Time%time.Hour/time.Minute)
	if d.Schedule.Kind != commands.AtTime {
		clock.InitialTime = "09:00"
	}
	over := slack.NewPlainTextInputBlockElement(nil, fieldOver)
	if d.If != nil {
		over = over.WithInitialValue(itoa(d.If.Over))
	}
	zones := &pick{}
	for _, zone := range commands.Zones(d.Zone) {
		zones.add(zone, zone, zone == d.Zone)
	}
	return append(blocks,
		input(fieldSchedule, w.ScheduleLabel(), "", when.element(fieldSchedule, w.ScheduleLabel()), true),
		input(fieldTime, w.TimeLabel(), w.TimeHint(), clock, true),
		input(fieldOwn, w.OwnScheduleLabel(), w.OwnScheduleHint(), own, true),
		input(fieldZone, w.ZoneLabel(), "", zones.element(fieldZone, w.ZoneLabel()), false),
		input(fieldWhere, w.ChannelLabel(), "", channelField(d.Channel), false),
		input(fieldOver, w.OverLabel(), w.OverHint(), over, true),
	)
}

// withoutCompare is a digest's command as its person knows it: it is compared anyway.
func withoutCompare(c commands.Codes) commands.Codes {
	c.Compare, c.Public, c.Show = false, false, commands.Summary
	return c
}

func input(id, label, hint string, element slack.BlockElement, optional bool) slack.Block {
	var under *slack.TextBlockObject
	if hint != "" {
		under = plainTextUpTo(hint, maxHint)
	}
	return slack.NewInputBlock(id, plainText(label), under, element).WithOptional(optional)
}

// taskField asks catbot for suggestions at once.
func taskField() slack.BlockElement {
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, fieldTask)
	none := 0
	element.MinQueryLength = &none
	return element
}

func windowField(chosen commands.Window, w i18n.Phrases) slack.BlockElement {
	p := &pick{}
	offered := windows
	if !slices.Contains(offered, chosen) {
		offered = append([]commands.Window{chosen}, windows...)
	}
	for _, window := range offered {
		p.add(w.WindowName(window.String()), window.String(), window == chosen)
	}
	return p.element(fieldWindow, w.WindowPick())
}

func channelField(chosen string) slack.BlockElement {
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, nil, fieldWhere)
	element.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
	if chosen != "" && chosen[0] != 'D' {
		element.InitialConversation = chosen
	}
	return element
}
