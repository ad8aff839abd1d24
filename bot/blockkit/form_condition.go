package blockkit

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
)

// What the condition of a form compares.
const (
	WatchAll       = "all"
	WatchISP       = "isp"
	WatchProvince  = "province"
	WatchUsual     = "usual"
	WatchYesterday = "yesterday"
	WatchWeek      = "last week"
)

// watches are the choices of what is compared, in the order of the menu.
var watches = []string{WatchAll, WatchISP, WatchProvince, WatchUsual, WatchYesterday, WatchWeek}

// runsOffered are the choices of how many runs in a row open and close an incident; formRuns is preset.
var runsOffered = []int{1, 2, 3, 4, 6}

const formRuns = 2

// againOffered are the choices of the time between two reminders.
var againOffered = []time.Duration{time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// conditionFields are the fields of a digest's condition. Each change of one of them changes the sentence that says
// what the condition does.
func conditionFields(d commands.DigestAdd, w i18n.Phrases) []slack.Block {
	var c commands.Condition
	if d.If != nil {
		c = *d.If
	}
	watch, over, floor := WatchAll, "", ""
	if len(c.Limits) > 0 {
		watch, over = watchChoice(c.Limits[0])
	}
	if len(c.Limits) > 1 {
		floor = floorText(c.Limits[1])
	}
	until := ""
	if c.Until != nil {
		until = strings.TrimPrefix(c.Until.String(), "<")
	}
	quiet := ""
	if c.Quiet != (commands.QuietHours{}) {
		quiet = c.Quiet.String()
	}
	people, group := calledChoices(c.Notify)
	return []slack.Block{
		dispatching(input(FieldWatch, w.WatchLabel(), "", watchField(watch, w), false)),
		dispatching(input(FieldOver, w.OverLabel(), w.OverHint(), textField(FieldOver, over), true)),
		dispatching(input(FieldRuns, w.RunsLabel(), w.RunsHint(), runsField(d, w), false)),
		speaksBlock(SpeaksText(d.If, w)),
		dispatching(input(FieldFloor, w.FloorLabel(), w.FloorHint(), textField(FieldFloor, floor), true)),
		dispatching(input(FieldUntil, w.UntilLabel(), w.UntilHint(), textField(FieldUntil, until), true)),
		dispatching(input(FieldCalls, w.CallsLabel(), "", peopleField(people), true)),
		dispatching(input(FieldGroup, w.GroupLabel(), w.GroupHint(), textField(FieldGroup, group), true)),
		dispatching(input(FieldAgain, w.AgainLabel(), "", againField(c.Again, w), true)),
		dispatching(input(FieldQuiet, w.QuietLabel(), w.QuietHint(), textField(FieldQuiet, quiet), true)),
	}
}

// SpeaksText says what a condition of a form does, escaped; without one, that each run posts.
func SpeaksText(c *commands.Condition, w i18n.Phrases) string {
	if c == nil {
		return mrkdwn(w.EachRunPosts())
	}
	return conditionText(*c, w)
}

// SpeaksFault says at the place of that sentence why there is none.
func SpeaksFault(sentence string) string { return ":warning: " + mrkdwn(sentence) }

// WithSpeaks returns a form as Slack sends it, with another sentence about its condition. What the person has entered
// stays: Slack keeps it where the ids of a field are the same.
func WithSpeaks(v slack.View, text string) slack.ModalViewRequest {
	blocks := make([]slack.Block, len(v.Blocks.BlockSet))
	for i, block := range v.Blocks.BlockSet {
		if blocks[i] = block; block.ID() == blockSpeaks {
			blocks[i] = speaksBlock(text)
		}
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: v.CallbackID, PrivateMetadata: v.PrivateMetadata,
		Title: v.Title, Close: v.Close, Submit: v.Submit, Blocks: slack.Blocks{BlockSet: blocks},
	}
}

func speaksBlock(text string) slack.Block {
	return slack.NewContextBlock(blockSpeaks, textObject(cutEscaped(text)))
}

// dispatching makes a field tell catbot of each change.
func dispatching(block slack.Block) slack.Block {
	field := block.(*slack.InputBlock)
	if text, ok := field.Element.(*slack.PlainTextInputBlockElement); ok {
		text.DispatchActionConfig = &slack.DispatchActionConfig{TriggerActionsOn: []string{"on_character_entered"}}
	}
	return field.WithDispatchAction(true)
}

func textField(id, value string) slack.BlockElement {
	return slack.NewPlainTextInputBlockElement(nil, id).WithInitialValue(value)
}

func watchField(chosen string, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	for _, name := range watches {
		p.Add(w.WatchName(name), name, name == chosen)
	}
	return p.element(FieldWatch, w.WatchLabel())
}

// watchChoice returns what l compares, as the menu names it, and its number as it is typed.
func watchChoice(l commands.Limit) (watch, over string) {
	text := l.String()
	switch l.Kind {
	case commands.OverUsual:
		return WatchUsual, ""
	case commands.OverTimes:
		over, _, _ = strings.Cut(strings.TrimPrefix(text, ">x"), " ")
		if l.Base == commands.WeekBefore {
			return WatchWeek, over
		}
		return WatchYesterday, over
	}
	_, over, _ = strings.Cut(text, ">")
	return map[commands.Scope]string{
		commands.Everything: WatchAll, commands.AnyISP: WatchISP, commands.AnyProvince: WatchProvince,
	}[l.Of], over
}

// floorText is a second limit as it is typed: a number, or the whole of a limit of another kind.
func floorText(l commands.Limit) string {
	if l.Of == commands.Everything && (l.Kind == commands.OverFailures || l.Kind == commands.OverPercent) {
		return strings.TrimPrefix(l.String(), ">")
	}
	return l.String()
}

// runsField offers how many runs in a row open and close an incident. A digest that has a condition keeps its number.
func runsField(d commands.DigestAdd, w i18n.Phrases) slack.BlockElement {
	chosen, offered := formRuns, runsOffered
	if d.If != nil {
		chosen = d.If.Slots()
	}
	p, known := &Options{}, false
	for _, runs := range offered {
		known = known || runs == chosen
		p.Add(itoa(int64(runs)), itoa(int64(runs)), runs == chosen)
	}
	if !known {
		p.Add(itoa(int64(chosen)), itoa(int64(chosen)), true)
	}
	return p.element(FieldRuns, w.RunsLabel())
}

func againField(chosen time.Duration, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	if chosen > 0 {
		p.Add(w.Every(chosen), commands.PrintLength(chosen), true)
	}
	for _, length := range againOffered {
		p.Add(w.Every(length), commands.PrintLength(length), length == chosen)
	}
	return p.element(FieldAgain, w.AgainLabel())
}

func peopleField(chosen []string) slack.BlockElement {
	return &slack.MultiSelectBlockElement{Type: slack.MultiOptTypeUser, ActionID: FieldCalls, InitialUsers: chosen}
}

// calledChoices returns the people whom a condition calls, and the others as they are typed into the form.
func calledChoices(notify []string) (people []string, others string) {
	var typed []string
	for _, whom := range notify {
		m := called.FindStringSubmatch(whom)
		switch {
		case m == nil:
		case strings.HasPrefix(m[1], "@"):
			people = append(people, m[1][1:])
		default:
			typed = append(typed, strings.TrimPrefix(strings.TrimPrefix(m[1], "!subteam^"), "!"))
		}
	}
	return people, strings.Join(typed, " ")
}
