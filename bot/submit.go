package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
	"catbot/store"
)

// checkTimeout bounds the look at what a form says, from its arrival on: its ack tells what is wrong, and Slack waits 3 s for that.
// A form that took longer is refused, for Slack has told its person to send it again.
const checkTimeout = 2500 * time.Millisecond

// A submission is what a form says that was sent off.
type submission struct {
	form   string
	first  string // block_id of its first field
	origin origin
	fields map[string]slack.BlockAction // by action_id
}

// newFormJob reads a form that was sent off by the person of r.
func newFormJob(r request, view slack.View, ack *pendingAck) *formJob {
	j := &formJob{request: r, submission: readSubmission(view), ack: ack}
	j.to.ResponseURL, j.to.Channel = j.origin.URL, j.origin.Channel
	j.view, j.toldByForm = view.ID, j.isFromElsewhere()
	return j
}

// firstField is the block_id of a form's first field.
func firstField(view slack.View) string {
	for _, block := range view.Blocks.BlockSet {
		if block.BlockType() == slack.MBTInput {
			return block.ID()
		}
	}
	return blockkit.FieldTask
}

func readSubmission(view slack.View) submission {
	s := submission{form: view.CallbackID, first: firstField(view), fields: map[string]slack.BlockAction{}}
	_ = json.Unmarshal([]byte(view.PrivateMetadata), &s.origin) // what can't be read is of another time: nowhere to go back to
	if view.State != nil {
		for _, block := range view.State.Values {
			for id, field := range block {
				s.fields[id] = field
			}
		}
	}
	return s
}

func (s submission) picked(field string) string { return s.fields[field].SelectedOption.Value }
func (s submission) typed(field string) string  { return strings.TrimSpace(s.fields[field].Value) }

// isFromElsewhere reports whether a form was sent from another place than the one that its answer goes to.
func (s submission) isFromElsewhere() bool {
	from, where := s.origin, s.fields[blockkit.FieldChannel].SelectedConversation
	return from.Home != nil || from.Channel != "" && where != "" && where != from.Channel
}

// A fieldError is a sentence about a field of a form, with what is wrong there.
type fieldError struct{ field, sentence string }

// submit acks a form, with what is wrong in it or not, and does what it asks.
func (h *formHandler) submit(ctx context.Context, j *formJob) (outcome string) {
	checking, cancel := context.WithTimeout(ctx, checkTimeout-h.now().Sub(j.received))
	defer cancel()
	defer context.AfterFunc(h.taking, cancel)() // without a connection no ack gets through
	if j.form == blockkit.FormAsk {
		command, fault := h.asks(checking, j)
		if !j.ackWith(h.delivering, cmp.Or(h.tooLate(checking, j), fault)) {
			return "refused"
		}
		return h.answerForm(ctx, j, command)
	}
	if j.access.limit != "" {
		j.ackWith(h.delivering, &fieldError{j.first, j.access.limit})
		return "refused"
	}
	add, runs, fault := h.addsDigest(checking, j)
	j.text = add.String()
	if !j.ackWith(h.delivering, cmp.Or(h.tooLate(checking, j), fault)) {
		return "refused"
	}
	return h.keepDigest(ctx, j, add, runs)
}

// tooLate is what is wrong with the form of j when its ack can't be in time any more; nil while it can.
func (h *formHandler) tooLate(checking context.Context, j *formJob) *fieldError {
	switch {
	case h.taking.Err() != nil:
		return &fieldError{j.first, j.words.Restarting()}
	case checking.Err() != nil, h.now().Sub(j.received) > checkTimeout:
		return &fieldError{j.first, j.words.FormTooSlow()}
	}
	return nil
}

// answerForm answers the form of j, and says where the answer is when that is elsewhere.
func (h *formHandler) answerForm(ctx context.Context, j *formJob, command commands.Codes) (outcome string) {
	from, where := j.origin, j.fields[blockkit.FieldChannel].SelectedConversation
	if command.Public { // Slack may send the form again, in another envelope
		key := strings.Join([]string{cmp.Or(j.view, j.envelope), where, command.String()}, ":")
		claim := h.claim(ctx, "form:"+store.KeyPart(key), claimFor)
		if claim == nil {
			return "duplicate"
		}
		outcome = "internal_error" // when it panics
		defer func() { settle(ctx, claim, outcome, claimFor) }()
	}
	outcome, d := h.answers.codes(ctx, &j.request, command)
	if !j.isFromElsewhere() {
		return outcome
	}
	sentence := d.said(outcome == "failed" || outcome == "internal_error", j.words)
	if where == "" {
		sentence = d.saidDirectly(j.words)
	}
	j.home, j.to.ResponseURL, j.to.Channel = from.Home, from.URL, from.Channel
	h.deliverOrLog(&j.request, blockkit.InChannel(sentence, where), false)
	return outcome
}

// asks reads the form that asks for codes, and sends the answer where it is wanted. A channel that it names must take it.
func (h *formHandler) asks(ctx context.Context, j *formJob) (commands.Codes, *fieldError) {
	s := j.submission
	command, fault := h.codesOf(j)
	if fault != nil {
		return command, fault
	}
	if province := s.picked(blockkit.FieldProvince); province != "" {
		command.Provinces = []string{province}
	}
	if isp := s.picked(blockkit.FieldISP); isp != "" {
		command.ISPs = []string{isp}
	}
	if len(s.fields[blockkit.FieldCompare].SelectedOptions) > 0 {
		command.Compare = commands.JustBefore
	}
	where := s.fields[blockkit.FieldChannel].SelectedConversation
	command.Public = where != ""
	if where != "" && (where != j.to.Channel || j.to.ResponseURL == "") {
		if sentence, ok := h.digests.mayPost(ctx, &j.request, where); !ok {
			return commands.Codes{}, &fieldError{blockkit.FieldChannel, sentence}
		}
		j.to = Address{Channel: where, User: j.to.User}
	}
	j.text = command.String()
	return command, nil
}

// codesOf reads the two fields that every question has: the task and the window.
func (h *formHandler) codesOf(j *formJob) (commands.Codes, *fieldError) {
	picked := j.picked(blockkit.FieldTask)
	task, ok := commands.TaskID(picked)
	switch {
	case picked == "":
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.NoTask()}
	case !ok:
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.BadTask(i18n.Plain(picked, maxName))}
	}
	window, err := h.runner.Language().ParseWindow(j.picked(blockkit.FieldWindow), h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return commands.Codes{}, &fieldError{blockkit.FieldWindow, syntax.Explain(j.words)}
	}
	return commands.Codes{Tasks: []string{task}, Window: window}, nil
}

// addsDigest reads the form for digests, and looks whether everything in it will work.
func (h *formHandler) addsDigest(ctx context.Context, j *formJob) (add commands.DigestAdd, runs []time.Time, fault *fieldError) {
	s := j.submission
	if add.Schedule, fault = h.scheduleOf(j); fault != nil {
		return add, nil, fault
	}
	if over := s.typed(blockkit.FieldOver); over != "" {
		n, err := strconv.ParseInt(strings.TrimPrefix(over, ">"), 10, 64)
		if err != nil || n < 0 {
			return add, nil, &fieldError{blockkit.FieldOver, j.words.NotANumber()}
		}
		add.If = &commands.Condition{Over: n}
	}
	add.Zone, add.Channel = s.picked(blockkit.FieldZone), s.fields[blockkit.FieldChannel].SelectedConversation
	field := blockkit.FieldCommand
	if _, chosen := s.fields[blockkit.FieldTask]; chosen {
		field = blockkit.FieldTask
	}
	if add.Command, fault = h.digestCommandOf(j); fault != nil {
		return add, nil, fault
	}
	runs, fault = h.digests.fits(ctx, &j.request, add)
	if fault != nil && fault.field == blockkit.FieldCommand {
		fault.field = field
	}
	return add, runs, fault
}

// digestCommandOf reads what the digest of a form asks: a command that was typed, or a task and a window that were picked.
func (h *formHandler) digestCommandOf(j *formJob) (commands.Codes, *fieldError) {
	if _, chosen := j.fields[blockkit.FieldTask]; chosen {
		command, fault := h.codesOf(j)
		return commands.ForDigest(command), fault
	}
	command, err := h.runner.Language().ParseDigestCommand(j.typed(blockkit.FieldCommand), h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return command, &fieldError{blockkit.FieldCommand, syntax.Explain(j.words)}
	}
	return command, nil
}

// scheduleOf reads the three fields for when.
func (h *formHandler) scheduleOf(j *formJob) (commands.Schedule, *fieldError) {
	s := j.submission
	text, field := s.typed(blockkit.FieldOwnSchedule), blockkit.FieldOwnSchedule
	if text == "" {
		text, field = s.picked(blockkit.FieldSchedule), blockkit.FieldSchedule
		if text == "" {
			return commands.Schedule{}, &fieldError{blockkit.FieldSchedule, j.words.NoSchedule()}
		}
		if !strings.HasPrefix(text, "every") && text != "hourly" {
			at := s.fields[blockkit.FieldTime].SelectedTime
			if at == "" {
				return commands.Schedule{}, &fieldError{blockkit.FieldTime, j.words.NoTimeOfDay("")}
			}
			text += " " + at
		}
	}
	schedule, err := commands.ParseSchedule(text, h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return schedule, &fieldError{field, syntax.Explain(j.words)}
	}
	return schedule, nil
}

// keepDigest keeps what a form asks for, or changes the digest that the form was opened for.
func (h *formHandler) keepDigest(ctx context.Context, j *formJob, add commands.DigestAdd, runs []time.Time) (outcome string) {
	working, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var m blockkit.Message
	if edits := j.origin.Edits; edits != "" {
		m, outcome = h.digests.change(working, &j.request, edits, add, runs)
	} else {
		m, outcome = h.digests.add(working, &j.request, add, runs)
	}
	j.home = j.origin.Home
	return h.reply(&j.request, m, outcome)
}
