package bot

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

// Forms of what is typed into the fields of a condition. What fits none of them could be read as another part of a
// digest.
var (
	limitForm = regexp.MustCompile(`^>?\s*(\d+(?:\.\d+)?\s*%?)$`)
	timesForm = regexp.MustCompile(`^[>x×]*\s*(\d+(?:\.\d+)?)\s*[x×倍]?$`)
	belowForm = regexp.MustCompile(`^<?\s*(\d+(?:\.\d+)?\s*%?)$`)
	// wholeForm is a second limit of another kind, with which a form to change a digest may be filled in.
	wholeForm = regexp.MustCompile(
		`^(?:any (?:isp|province) )?>(?:\d+(?:\.\d+)?%?|usual|x\d+(?:\.\d+)? (?:yesterday|last week))$`)
	groupForm = regexp.MustCompile(`^(?:<!subteam\^)?(S[A-Z0-9]+)(?:\|[^<>]*)?>?$`)
	quietForm = regexp.MustCompile(`^(\d{1,2}:\d{2})\s*(?:-|–|—|~|to|至|到)\s*(\d{1,2}:\d{2})$`)
)

// exampleTask stands for the task that is not chosen yet.
const exampleTask = "task-ab12cd34"

// parseCondition reads the fields of a digest's condition; nil when they hold none. tasks are those of its command.
func (h *formReader) parseCondition(
	s submission, tasks []string, w i18n.Phrases,
) (*commands.Condition, *fieldError) {
	text, fault := s.conditionText(w)
	if text == "" || fault != nil {
		return nil, fault
	}
	whole := "digest add daily 09:00 if " + text + " codes " + strings.Join(tasks, " ")
	command, err := h.runner.Language().Parse(whole, h.now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return nil, &fieldError{s.fieldAtFault(syntax.Problem), syntax.Explain(w)}
	}
	return command.(commands.DigestAdd).If, nil
}

// conditionText returns the condition of a form as it is typed after "if"; "" without one.
func (s submission) conditionText(w i18n.Phrases) (text string, fault *fieldError) {
	limit, fault := s.limitText(w)
	if fault != nil {
		return "", fault
	}
	out := []string{limit}
	for _, part := range []func(i18n.Phrases) (string, *fieldError){s.floorText, s.untilText, s.callsText, s.quietText} {
		text, fault := part(w)
		if fault != nil {
			return "", fault
		}
		if text != "" {
			out = append(out, text)
		}
	}
	if again := s.selected(blockkit.FieldAgain); again != "" {
		out = append(out, "again every "+again)
	}
	switch {
	case limit == "" && len(out) > 1:
		return "", &fieldError{blockkit.FieldOver, w.LimitMissing()}
	case limit == "":
		return "", nil
	}
	if runs := s.selected(blockkit.FieldRuns); runs != "" {
		out = append(out, "for "+runs)
	}
	return strings.Join(out, " "), nil
}

// limitText returns the first limit: what is compared, with the number that was typed.
func (s submission) limitText(w i18n.Phrases) (string, *fieldError) {
	over := s.typed(blockkit.FieldOver)
	watch := s.selected(blockkit.FieldWatch)
	number := limitForm.FindStringSubmatch(over)
	switch watch {
	case blockkit.WatchUsual:
		if over != "" {
			return "", &fieldError{blockkit.FieldOver, w.UsualHasNoLimit()}
		}
		return ">usual", nil
	case blockkit.WatchYesterday, blockkit.WatchWeek:
		times := timesForm.FindStringSubmatch(over)
		if times == nil {
			return "", &fieldError{blockkit.FieldOver, w.NotTimes()}
		}
		return ">x" + times[1] + " " + watch, nil
	case blockkit.WatchISP, blockkit.WatchProvince:
		if number == nil {
			return "", &fieldError{blockkit.FieldOver, w.NotANumber()}
		}
		return "any " + watch + " >" + joined(number[1]), nil
	}
	switch {
	case over == "":
		return "", nil
	case number == nil:
		return "", &fieldError{blockkit.FieldOver, w.NotANumber()}
	}
	return ">" + joined(number[1]), nil
}

// joined is text without spaces.
func joined(text string) string { return strings.Join(strings.Fields(text), "") }

// floorText returns the second limit: a number for all probes.
func (s submission) floorText(w i18n.Phrases) (string, *fieldError) {
	floor := s.typed(blockkit.FieldFloor)
	if floor == "" {
		return "", nil
	}
	if number := limitForm.FindStringSubmatch(floor); number != nil {
		return "and >" + joined(number[1]), nil
	}
	if wholeForm.MatchString(floor) {
		return "and " + floor, nil
	}
	return "", &fieldError{blockkit.FieldFloor, w.NotANumber()}
}

func (s submission) untilText(w i18n.Phrases) (string, *fieldError) {
	until := s.typed(blockkit.FieldUntil)
	if until == "" {
		return "", nil
	}
	number := belowForm.FindStringSubmatch(until)
	if number == nil {
		return "", &fieldError{blockkit.FieldUntil, w.NotANumber()}
	}
	return "until <" + joined(number[1]), nil
}

// callsText returns whom the condition calls: the people who were chosen, and the groups that were typed.
func (s submission) callsText(w i18n.Phrases) (string, *fieldError) {
	var all []string
	for _, person := range s.fields[blockkit.FieldCalls].SelectedUsers {
		all = append(all, "<@"+person+">")
	}
	for _, typed := range strings.FieldsFunc(s.typed(blockkit.FieldGroup), isSeparator) {
		group := groupForm.FindStringSubmatch(typed)
		switch {
		case strings.EqualFold(strings.Trim(typed, "@<!>"), "here"):
			all = append(all, "<!here>")
		case group != nil:
			all = append(all, "<!subteam^"+group[1]+">")
		default:
			return "", &fieldError{blockkit.FieldGroup, w.NotAGroup()}
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return "notify " + strings.Join(all, " "), nil
}

func isSeparator(r rune) bool { return r == ' ' || r == ',' || r == '，' || r == '、' }

func (s submission) quietText(w i18n.Phrases) (string, *fieldError) {
	typed := strings.ReplaceAll(s.typed(blockkit.FieldQuiet), "：", ":")
	if typed == "" {
		return "", nil
	}
	hours := quietForm.FindStringSubmatch(typed)
	if hours == nil {
		return "", &fieldError{blockkit.FieldQuiet, w.NotQuietHours()}
	}
	return "quiet " + hours[1] + "-" + hours[2], nil
}

// fieldAtFault returns the field of the condition that a problem is about.
func (s submission) fieldAtFault(problem commands.Problem) string {
	switch problem {
	case commands.NoFloor:
		return blockkit.FieldFloor
	case commands.BadClosing, commands.ClosingTooHigh:
		return blockkit.FieldUntil
	case commands.PercentOfV2:
		for _, field := range []string{blockkit.FieldOver, blockkit.FieldFloor, blockkit.FieldUntil} {
			if strings.Contains(s.typed(field), "%") {
				return field
			}
		}
	case commands.TooManyNotified:
		return blockkit.FieldCalls
	case commands.BadQuiet:
		return blockkit.FieldQuiet
	}
	return blockkit.FieldOver
}

// updateSentence shows in the form of j what its condition does, or what is wrong with it.
func (h *formHandler) updateSentence(ctx context.Context, j *sentenceJob) (outcome string) {
	tasks := []string{exampleTask}
	if task, ok := commands.TaskID(j.selected(blockkit.FieldTask)); ok {
		tasks = []string{task}
	}
	if command, err := h.runner.Language().ParseDigestCommand(j.typed(blockkit.FieldCommand), h.now()); err == nil {
		tasks = command.Tasks
	}
	condition, fault := h.reader.parseCondition(j.submission, tasks, j.words)
	text := blockkit.SpeaksText(condition, j.words)
	if fault != nil {
		text = blockkit.SpeaksFault(fault.sentence)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	view := blockkit.WithSpeaks(j.opened, text)
	err := h.updateOpened(ctx, j, view, j.opened.Hash)
	if isSlackError(err, "hash_conflict") { // another change has updated the form meanwhile
		err = h.updateOpened(ctx, j, view, "")
	}
	if err != nil && !isSlackError(err, "not_found") { // the form is closed by now
		h.log.Warn("updating the sentence of a form failed", "envelope", j.envelope, "error", detail(withoutURL(err)))
		return "failed"
	}
	return "answered"
}

// updateOpened updates the form of j, unless a later change of it or its submission has arrived.
func (h *formHandler) updateOpened(
	ctx context.Context, j *sentenceJob, view slack.ModalViewRequest, hash string,
) error {
	end, ok := h.changes.startUpdate(j.opened.ID, j.at)
	if !ok {
		return nil
	}
	defer end()
	_, err := h.api.UpdateViewContext(ctx, view, "", hash, j.opened.ID)
	return err
}

func isSlackError(err error, code string) bool {
	refusal, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && refusal.Err == code
}
