package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
	"catbot/store"
)

// checkTimeout bounds the validation of a form, from its arrival on. The ack shows what is wrong, and Slack waits 3 s
// for it. A form that takes longer is refused, because Slack has told the person to submit it again.
const checkTimeout = 2500 * time.Millisecond

// A submission is the content of a submitted form.
type submission struct {
	form       string
	firstField string // block_id of its first field
	origin     origin
	fields     map[string]slack.BlockAction // by action_id
}

// newFormJob returns the job of a submitted form.
func newFormJob(r request, view slack.View, ack *pendingAck) *formJob {
	j := &formJob{request: r, submission: readSubmission(view), ack: ack}
	j.to.ResponseURL, j.to.Channel, j.to.Thread = j.origin.URL, j.origin.Channel, j.origin.Thread
	j.view, j.formConfirms = view.ID, j.isFromElsewhere()
	return j
}

// firstInputBlock returns the block_id of a form's first field.
func firstInputBlock(view slack.View) string {
	for _, block := range view.Blocks.BlockSet {
		if block.BlockType() == slack.MBTInput {
			return block.ID()
		}
	}
	return blockkit.FieldTask
}

func readSubmission(view slack.View) submission {
	s := submission{form: view.CallbackID, firstField: firstInputBlock(view), fields: map[string]slack.BlockAction{}}
	_ = json.Unmarshal([]byte(view.PrivateMetadata), &s.origin) // metadata of another version means no origin
	if view.State != nil {
		for _, block := range view.State.Values {
			for id, field := range block {
				s.fields[id] = field
			}
		}
	}
	return s
}

func (s submission) selected(field string) string { return s.fields[field].SelectedOption.Value }
func (s submission) typed(field string) string    { return strings.TrimSpace(s.fields[field].Value) }

// isFromElsewhere reports whether the answer goes to another place than the one where the form was opened.
func (s submission) isFromElsewhere() bool {
	from, where := s.origin, s.fields[blockkit.FieldChannel].SelectedConversation
	return from.Home != nil || from.Channel != "" && where != "" && where != from.Channel
}

// A fieldError says what is wrong with one field of a form.
type fieldError struct{ field, sentence string }

// submit validates a form, acks it with the result, and carries it out if it is valid.
func (h *formHandler) submit(ctx context.Context, j *formJob) (outcome string) {
	checking, cancel := context.WithTimeout(ctx, checkTimeout-h.now().Sub(j.received))
	defer cancel()
	defer context.AfterFunc(h.runCtx, cancel)() // no ack can be sent after the bot has stopped
	h.changes.submit(checking, j.view)
	if j.form == blockkit.FormAsk {
		command, fault := h.reader.parseAsk(checking, j)
		if !j.ackWith(h.deliveryCtx, cmp.Or(h.lateFault(checking, j), fault)) {
			return "refused"
		}
		return h.answerForm(ctx, j, command)
	}
	if j.access.limit != "" {
		j.ackWith(h.deliveryCtx, &fieldError{j.firstField, j.access.limit})
		return "refused"
	}
	add, runs, fault := h.reader.parseDigest(checking, j)
	j.text = add.String()
	if !j.ackWith(h.deliveryCtx, cmp.Or(h.lateFault(checking, j), fault)) {
		return "refused"
	}
	return h.saveDigest(ctx, j, add, runs)
}

// lateFault returns an error for the first field when the ack of j can no longer be in time, else nil.
func (h *formHandler) lateFault(checking context.Context, j *formJob) *fieldError {
	switch {
	case h.runCtx.Err() != nil:
		return &fieldError{j.firstField, j.words.Restarting()}
	case checking.Err() != nil, h.now().Sub(j.received) > checkTimeout:
		return &fieldError{j.firstField, j.words.FormTooSlow()}
	}
	return nil
}

// answerForm answers the form of j. When the answer goes elsewhere, it tells the person where.
func (h *formHandler) answerForm(ctx context.Context, j *formJob, command commands.Codes) (outcome string) {
	from, where := j.origin, j.fields[blockkit.FieldChannel].SelectedConversation
	if command.Public { // Slack may send the form again, in another envelope
		key := strings.Join([]string{cmp.Or(j.view, j.envelope), where, command.String()}, ":")
		lease := h.leaseWork(ctx, "form:"+store.KeyPart(key), redeliveryTTL)
		if lease == nil {
			return "duplicate"
		}
		outcome = "internal_error" // when it panics
		defer func() { finishLease(ctx, lease, outcome, redeliveryTTL) }()
	}
	outcome, d := h.answers.codes(ctx, &j.request, command)
	if !j.isFromElsewhere() {
		return outcome
	}
	sentence := d.sentence(outcome == "failed" || outcome == "internal_error", j.words)
	if where == "" {
		sentence = d.directSentence(j.words)
	}
	j.home, j.to.ResponseURL, j.to.Channel, j.to.Thread = from.Home, from.URL, from.Channel, from.Thread
	h.deliverOrLog(&j.request, blockkit.InChannel(sentence, where), false)
	return outcome
}

// A formReader reads and checks the fields of submitted forms.
type formReader struct {
	*core
	digests *digestHandler
}

// parseAsk reads the form for codes and sets where the answer goes. It checks a chosen channel.
func (h *formReader) parseAsk(ctx context.Context, j *formJob) (commands.Codes, *fieldError) {
	s := j.submission
	command, fault := h.parseCodes(j)
	if fault != nil {
		return command, fault
	}
	if province := s.selected(blockkit.FieldProvince); province != "" {
		command.Provinces = []string{province}
	}
	if isp := s.selected(blockkit.FieldISP); isp != "" {
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
	if command.Public {
		j.to.Thread = "" // the channel was chosen
	}
	j.text = command.String()
	return command, nil
}

// parseCodes reads the task and the window.
func (h *formReader) parseCodes(j *formJob) (commands.Codes, *fieldError) {
	selected := j.selected(blockkit.FieldTask)
	task, ok := commands.TaskID(selected)
	switch {
	case selected == "":
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.NoTask()}
	case !ok:
		return commands.Codes{}, &fieldError{blockkit.FieldTask, j.words.BadTask(i18n.Plain(selected, maxName))}
	}
	window, err := h.runner.Language().ParseWindow(j.selected(blockkit.FieldWindow), h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return commands.Codes{}, &fieldError{blockkit.FieldWindow, syntax.Explain(j.words)}
	}
	return commands.Codes{Tasks: []string{task}, Window: window}, nil
}

// parseDigest reads and validates the form for digests.
func (h *formReader) parseDigest(
	ctx context.Context, j *formJob,
) (add commands.DigestAdd, runs []time.Time, fault *fieldError) {
	s := j.submission
	if add.Schedule, fault = h.parseSchedule(j); fault != nil {
		return add, nil, fault
	}
	add.Zone, add.Channel = s.selected(blockkit.FieldZone), s.fields[blockkit.FieldChannel].SelectedConversation
	field := blockkit.FieldCommand
	if _, chosen := s.fields[blockkit.FieldTask]; chosen {
		field = blockkit.FieldTask
	}
	if add.Command, fault = h.parseDigestCommand(j); fault != nil {
		return add, nil, fault
	}
	if add.If, fault = h.parseCondition(s, add.Command.Tasks, j.words); fault != nil {
		return add, nil, fault
	}
	runs, fault = h.digests.validate(ctx, &j.request, add)
	if fault != nil && fault.field == blockkit.FieldCommand {
		fault.field = field
	}
	return add, runs, fault
}

// parseDigestCommand reads the command of a digest: one that was typed, or the chosen task and window.
func (h *formReader) parseDigestCommand(j *formJob) (commands.Codes, *fieldError) {
	if _, chosen := j.fields[blockkit.FieldTask]; chosen {
		command, fault := h.parseCodes(j)
		return commands.ForDigest(command), fault
	}
	command, err := h.runner.Language().ParseDigestCommand(j.typed(blockkit.FieldCommand), h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return command, &fieldError{blockkit.FieldCommand, syntax.Explain(j.words)}
	}
	return command, nil
}

// parseSchedule reads the three fields of the schedule.
func (h *formReader) parseSchedule(j *formJob) (commands.Schedule, *fieldError) {
	s := j.submission
	text, field := s.typed(blockkit.FieldOwnSchedule), blockkit.FieldOwnSchedule
	if text == "" {
		text, field = s.selected(blockkit.FieldSchedule), blockkit.FieldSchedule
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

// saveDigest adds the digest of a form, or changes the one that the form was opened for.
func (h *formHandler) saveDigest(
	ctx context.Context, j *formJob, add commands.DigestAdd, runs []time.Time,
) (outcome string) {
	working, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var m blockkit.Message
	if edits := j.origin.Edits; edits != "" {
		m, outcome = h.digests.updateDigest(working, &j.request, edits, add, runs)
	} else {
		m, outcome = h.digests.createDigest(working, &j.request, add, runs)
	}
	j.home = j.origin.Home
	return h.reply(&j.request, m, outcome)
}
