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
	"github.com/slack-go/slack/socketmode"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
	"catbot/store"
)

// checkTimeout bounds the look at what a form says, from its arrival on: its ack tells what is wrong, and Slack waits 3 s for that.
// A form that took longer is refused, for Slack has told its person to send it again.
const checkTimeout = 2500 * time.Millisecond

// A submission is a form that was sent off.
type submission struct {
	form    string
	view    string // its id, the same when it is sent again
	first   string // block_id of its first field
	origin  origin
	fields  map[string]slack.BlockAction // by action_id
	request socketmode.Request           // that waits for its ack
	acked   bool
}

// takeForm queues a form that was sent off. With no room in the queue its person reads so at its first field, and can send
// it again.
func (b *Bot) takeForm(ctx context.Context, request socketmode.Request, callback slack.InteractionCallback, received time.Time) {
	s := readSubmission(callback.View)
	s.request = request
	j := job{
		envelope: request.EnvelopeID, received: received, submission: s,
		to: Address{ResponseURL: s.origin.URL, Channel: s.origin.Channel, User: callback.User.ID}, from: membership{team: callback.User.TeamID},
	}
	if !b.reserve() {
		b.ack(ctx, &request, blockkit.FieldErrors(s.first, b.people.recall(callback.User.ID).words.Busy()), received)
		return
	}
	b.queue(j)
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

func readSubmission(view slack.View) *submission {
	s := &submission{form: view.CallbackID, view: view.ID, first: firstField(view), fields: map[string]slack.BlockAction{}}
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
func (s *submission) isFromElsewhere() bool {
	if s == nil {
		return false
	}
	from, where := s.origin, s.fields[blockkit.FieldChannel].SelectedConversation
	return from.Home != nil || from.Channel != "" && where != "" && where != from.Channel
}

// A fieldError is a sentence about a field of a form, with what is wrong there.
type fieldError struct{ field, sentence string }

// submit acks a form, with what is wrong in it or not, and does what it asks.
func (b *Bot) submit(ctx context.Context, j *job) (outcome string) {
	checking, cancel := context.WithTimeout(ctx, checkTimeout-b.now().Sub(j.received))
	defer cancel()
	defer context.AfterFunc(b.taking, cancel)() // without a connection no ack gets through
	if j.submission.form == blockkit.FormAsk {
		command, fault := b.asks(checking, j)
		if !b.ackForm(*j, cmp.Or(b.tooLate(checking, *j), fault)) {
			return "refused"
		}
		return b.answerForm(ctx, *j, command)
	}
	if j.may.limit != "" {
		b.ackForm(*j, &fieldError{j.submission.first, j.may.limit})
		return "refused"
	}
	add, runs, fault := b.addsDigest(checking, *j)
	j.text = add.String()
	if !b.ackForm(*j, cmp.Or(b.tooLate(checking, *j), fault)) {
		return "refused"
	}
	return b.keepDigest(ctx, *j, add, runs)
}

// tooLate is what is wrong with the form of j when its ack can't be in time any more; nil while it can.
func (b *Bot) tooLate(checking context.Context, j job) *fieldError {
	switch {
	case b.taking.Err() != nil:
		return &fieldError{j.submission.first, j.words.Restarting()}
	case checking.Err() != nil, b.now().Sub(j.received) > checkTimeout:
		return &fieldError{j.submission.first, j.words.FormTooSlow()}
	}
	return nil
}

// ackForm acks the form of j, once, and reports whether it is right and its person hears so. Other jobs were acked before.
func (b *Bot) ackForm(j job, fault *fieldError) bool {
	if j.submission == nil || j.submission.acked {
		return fault == nil
	}
	j.submission.acked = true
	if fault == nil {
		return b.ack(b.delivering, &j.submission.request, nil, j.received)
	}
	b.ack(b.delivering, &j.submission.request, blockkit.FieldErrors(fault.field, fault.sentence), j.received)
	return false
}

// answerForm answers the form of j, and says where the answer is when that is elsewhere.
func (b *Bot) answerForm(ctx context.Context, j job, command commands.Codes) (outcome string) {
	from, where := j.submission.origin, j.submission.fields[blockkit.FieldChannel].SelectedConversation
	if command.Public { // Slack may send the form again, in another envelope
		key := strings.Join([]string{cmp.Or(j.submission.view, j.envelope), where, command.String()}, ":")
		claim := b.claim(ctx, "form:"+store.KeyWord(key), claimFor)
		if claim == nil {
			return "duplicate"
		}
		outcome = "internal_error" // when it panics
		defer func() { settle(ctx, claim, outcome, claimFor) }()
	}
	outcome, d := b.codes(ctx, j, command)
	if !j.submission.isFromElsewhere() {
		return outcome
	}
	sentence := d.said(outcome == "failed" || outcome == "internal_error", j.words)
	if where == "" {
		sentence = d.saidDirectly(j.words)
	}
	j.home, j.to.ResponseURL, j.to.Channel = from.Home, from.URL, from.Channel
	b.deliverOrLog(j, blockkit.InChannel(sentence, where), false)
	return outcome
}

// asks reads the form that asks for codes, and sends the answer where it is wanted. A channel that it names must take it.
func (b *Bot) asks(ctx context.Context, j *job) (commands.Codes, *fieldError) {
	s := j.submission
	command, fault := b.codesOf(*j)
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
		if sentence, ok := b.mayPost(ctx, *j, where); !ok {
			return commands.Codes{}, &fieldError{blockkit.FieldChannel, sentence}
		}
		j.to = Address{Channel: where, User: j.to.User}
	}
	j.text = command.String()
	return command, nil
}

// codesOf reads the two fields that every question has: the task and the window.
func (b *Bot) codesOf(j job) (commands.Codes, *fieldError) {
	picked := j.submission.picked(blockkit.FieldTask)
	task, ok := commands.TaskID(picked)
	switch {
	case picked == "":
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.NoTask()}
	case !ok:
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.BadTask(i18n.Plain(picked, maxName))}
	}
	window, err := b.runner.Language().ParseWindow(j.submission.picked(blockkit.FieldWindow), b.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return commands.Codes{}, &fieldError{blockkit.FieldWindow, syntax.Explain(j.words)}
	}
	return commands.Codes{Tasks: []string{task}, Window: window}, nil
}

// addsDigest reads the form for digests, and looks whether everything in it will work.
func (b *Bot) addsDigest(ctx context.Context, j job) (add commands.DigestAdd, runs []time.Time, fault *fieldError) {
	s := j.submission
	if add.Schedule, fault = b.scheduleOf(j); fault != nil {
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
	if add.Command, fault = b.digestCommandOf(j); fault != nil {
		return add, nil, fault
	}
	runs, fault = b.fits(ctx, j, add)
	if fault != nil && fault.field == blockkit.FieldCommand {
		fault.field = field
	}
	return add, runs, fault
}

// digestCommandOf reads what the digest of a form asks: a command that was typed, or a task and a window that were picked.
func (b *Bot) digestCommandOf(j job) (commands.Codes, *fieldError) {
	if _, chosen := j.submission.fields[blockkit.FieldTask]; chosen {
		command, fault := b.codesOf(j)
		return commands.ForDigest(command), fault
	}
	command, err := b.runner.Language().ParseDigestCommand(j.submission.typed(blockkit.FieldCommand), b.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return command, &fieldError{blockkit.FieldCommand, syntax.Explain(j.words)}
	}
	return command, nil
}

// scheduleOf reads the three fields for when.
func (b *Bot) scheduleOf(j job) (commands.Schedule, *fieldError) {
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
	schedule, err := commands.ParseSchedule(text, b.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return schedule, &fieldError{field, syntax.Explain(j.words)}
	}
	return schedule, nil
}

// keepDigest keeps what a form asks for, or changes the digest that the form was opened for.
func (b *Bot) keepDigest(ctx context.Context, j job, add commands.DigestAdd, runs []time.Time) (outcome string) {
	working, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var m blockkit.Message
	if edits := j.submission.origin.Edits; edits != "" {
		m, outcome = b.change(working, j, edits, add, runs)
	} else {
		m, outcome = b.add(working, j, add, runs)
	}
	j.home = j.submission.origin.Home
	return b.reply(j, m, outcome)
}
