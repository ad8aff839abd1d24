package blockkit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
)

// The callback_ids of the forms, and of the shortcuts that open them.
const (
	FormAsk    = "ask"
	FormDigest = "new_digest"
	// ShortcutLook is the shortcut on a message. It opens FormAsk, filled in with what the message mentions.
	ShortcutLook = "look"
)

// The block_ids and action_ids of the fields. An error is shown at the field that it names.
const (
	FieldTask        = "task"
	FieldWindow      = "window"
	FieldProvince    = "province"
	FieldISP         = "isp"
	FieldCompare     = "compare"
	FieldChannel     = "where"
	FieldCommand     = "command"
	FieldSchedule    = "schedule"
	FieldTime        = "time"
	FieldOwnSchedule = "own_schedule"
	FieldZone        = "zone"

	FieldWatch = "watch" // what is compared: one of Watches
	FieldOver  = "over"
	FieldRuns  = "runs"
	FieldFloor = "floor"
	FieldUntil = "until"
	FieldCalls = "calls"
	FieldGroup = "group"
	FieldAgain = "again"
	FieldQuiet = "quiet"
)

// blockSpeaks is the block_id of the sentence that says what the condition of a form does.
const blockSpeaks = "speaks"

// A Form is a modal that asks for codes or for a digest.
type Form struct {
	ID       string // its callback_id, FormAsk or FormDigest
	Changes  bool   // changes a digest that exists
	Metadata string // Slack returns it with the submission
}

// WithText returns the form with a sentence in place of its fields.
func (f Form) WithText(text string, w i18n.Phrases) slack.ModalViewRequest {
	return f.view(w, "", section(mrkdwn(text)))
}

// WithMessage returns the form with a message in place of its fields.
func (f Form) WithMessage(m Message, w i18n.Phrases) slack.ModalViewRequest {
	return f.view(w, "", m.Rich...)
}

// Ask returns the form for codes, filled in with c. taskName names the task of c.
func (f Form) Ask(
	provinces []commands.Province, c commands.Codes, taskName string, w i18n.Phrases,
) slack.ModalViewRequest {
	return f.view(w, w.AskSubmit(), askFields(provinces, c, taskName, w)...)
}

// Digest returns the form for a digest, filled in with d.
func (f Form) Digest(d commands.DigestAdd, w i18n.Phrases) slack.ModalViewRequest {
	submit := w.AddSubmit()
	if f.Changes {
		submit = w.SaveSubmit()
	}
	return f.view(w, submit, digestFields(d, w)...)
}

// view returns the modal. It can be submitted when submit is not empty.
func (f Form) view(w i18n.Phrases, submit string, blocks ...slack.Block) slack.ModalViewRequest {
	title := w.DigestTitle()
	switch {
	case f.ID == FormAsk:
		title = w.AskTitle()
	case f.Changes:
		title = w.EditTitle()
	}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: f.ID, Title: plainText(title), Close: plainText(w.CloseForm()),
		PrivateMetadata: f.Metadata, Blocks: slack.Blocks{BlockSet: blocks},
	}
	if submit != "" {
		view.Submit = plainText(submit)
	}
	return view
}

// FieldErrors returns the ack that shows a sentence at a field of a form, where Slack shows no link to a channel.
func FieldErrors(field, sentence string, w i18n.Phrases) *slack.ViewSubmissionResponse {
	text := plainReplacer.Replace(i18n.Plain(w.OfChosenChannel(sentence), 300))
	return slack.NewErrorsViewSubmissionResponse(map[string]string{field: text})
}

// InChannel returns a message of one sentence, which may name channel.
func InChannel(sentence, channel string) Message {
	text := fillReferences(mrkdwn(sentence), "", channel, time.Time{})
	return Message{Text: text, Rich: []slack.Block{section(text)}}
}

func askFields(all []commands.Province, c commands.Codes, taskName string, w i18n.Phrases) []slack.Block {
	task := taskField()
	if len(c.Tasks) > 0 {
		chosen := &Options{}
		chosen.Add(w.TaskName(c.Tasks[0], taskName), c.Tasks[0], true)
		task.InitialOption = chosen.All[0]
	}
	provinces := &Options{}
	for _, p := range all {
		if len(provinces.All) < maxOptions {
			provinces.Add(report.Place{Code: p.Code, Name: p.Name}.Label(w), cmp.Or(p.Code, p.Name), false)
		}
	}
	isps := &Options{}
	for _, isp := range commands.ISPs {
		isps.Add(w.ISP(isp), isp, false)
	}
	compare := slack.NewCheckboxGroupsBlockElement(FieldCompare,
		slack.NewOptionBlockObject("compare", plainText(w.CompareOption()), nil))
	return []slack.Block{
		input(FieldTask, w.TaskLabel(), w.TaskHint(), task, false),
		input(FieldWindow, w.WindowLabel(), "", windowField(c.Window, w), false),
		input(FieldProvince, w.ProvinceLabel(), "", provinces.element(FieldProvince, w.AllProvinces()), true),
		input(FieldISP, w.ISPLabel(), "", isps.element(FieldISP, w.AllISPs()), true),
		input(FieldCompare, w.CompareLabel(), "", compare, true),
		input(FieldChannel, w.WhereLabel(), w.WhereHint(), channelField(""), true),
	}
}

// schedules are the schedules that the form offers. Those without a time use the time field.
var schedules = []string{"daily", "weekdays", "mon", "fri", "hourly", "every 30m", "every 15m", "every 5m"}

func digestFields(d commands.DigestAdd, w i18n.Phrases) []slack.Block {
	var blocks []slack.Block
	if len(d.Command.Tasks) > 0 {
		command := slack.NewPlainTextInputBlockElement(nil, FieldCommand).WithInitialValue(withoutCompare(d.Command).String())
		blocks = append(blocks, input(FieldCommand, w.CommandLabel(), w.CommandHint(), command, false))
	} else {
		blocks = append(blocks, input(FieldTask, w.TaskLabel(), w.TaskHint(), taskField(), false),
			input(FieldWindow, w.WindowLabel(), "", windowField(commands.Last(24*time.Hour), w), false))
	}
	when, own := &Options{}, slack.NewPlainTextInputBlockElement(nil, FieldOwnSchedule)
	offered := false
	for _, name := range schedules {
		chosen := d.Schedule.Kind == commands.AtTime && d.Schedule.Days.String() == name || d.Schedule.String() == name
		offered = offered || chosen
		when.Add(w.ScheduleName(name), name, chosen)
	}
	if !offered {
		own = own.WithInitialValue(d.Schedule.String())
	}
	clock := slack.NewTimePickerBlockElement(FieldTime)
	clock.InitialTime = fmt.Sprintf("%02d:%02d", d.Schedule.Time/time.Hour, d.Schedule.Time%time.Hour/time.Minute)
	if d.Schedule.Kind != commands.AtTime {
		clock.InitialTime = "09:00"
	}
	zones := &Options{}
	for _, zone := range commands.Zones(d.Zone) {
		zones.Add(zone, zone, zone == d.Zone)
	}
	blocks = append(blocks,
		input(FieldSchedule, w.ScheduleLabel(), "", when.element(FieldSchedule, w.ScheduleLabel()), true),
		input(FieldTime, w.TimeLabel(), w.TimeHint(), clock, true),
		input(FieldOwnSchedule, w.OwnScheduleLabel(), w.OwnScheduleHint(), own, true),
		input(FieldZone, w.ZoneLabel(), "", zones.element(FieldZone, w.ZoneLabel()), false),
		input(FieldChannel, w.ChannelLabel(), "", channelField(d.Channel), false),
	)
	return append(blocks, conditionFields(d, w)...)
}

// withoutCompare is a digest's command as its person knows it: it is compared with the window just before anyway.
func withoutCompare(c commands.Codes) commands.Codes {
	if c.Compare == commands.JustBefore {
		c.Compare = commands.NoBaseline
	}
	c.Public, c.Show = false, commands.Summary
	return c
}

func input(id, label, hint string, element slack.BlockElement, optional bool) slack.Block {
	var under *slack.TextBlockObject
	if hint != "" {
		under = plainTextUpTo(hint, maxHint)
	}
	return slack.NewInputBlock(id, plainText(label), under, element).WithOptional(optional)
}

// taskField returns a menu that requests suggestions from catbot, also before a character is typed.
func taskField() *slack.SelectBlockElement {
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, FieldTask)
	none := 0
	element.MinQueryLength = &none
	return element
}

func windowField(chosen commands.Window, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	offered := windows
	if !slices.Contains(offered, chosen) {
		offered = append([]commands.Window{chosen}, windows...)
	}
	for _, window := range offered {
		p.Add(w.WindowName(window.String()), window.String(), window == chosen)
	}
	return p.element(FieldWindow, w.WindowPick())
}

func channelField(chosen string) slack.BlockElement {
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, nil, FieldChannel)
	element.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
	if chosen != "" && chosen[0] != 'D' {
		element.InitialConversation = chosen
	}
	return element
}
