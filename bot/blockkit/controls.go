package blockkit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
)

// The value of a control is the canonical text of its command, which is handled like a typed command. The action_id
// says what the answer does to the message: a refresh replaces a shared message, the others do not.
const (
	ActionWindow   = "window"
	ActionProvince = "province"
	ActionISP      = "isp"
	ActionCompare  = "compare"
	ActionRows     = "rows"
	ActionCSV      = "csv"
	ActionTrend    = "trend"
	ActionShare    = "share"
	ActionRefresh  = "refresh" // on a shared message with who shared it and its language: refresh:U0ALICE:en
	ActionCodes    = "codes"
	ActionTry      = "try"    // beside an error; the answer replaces it
	ActionTask     = "task"   // in a list of tasks, which the answer does not replace
	ActionDigest   = "digest" // opens a form; a colon and the id of the digest to change may follow
	ActionAsk      = "ask"    // opens a form
	ActionPage     = "page"   // of the Home tab
	ActionRun      = "run"
	ActionPause    = "pause"
	ActionResume   = "resume"
	ActionRemove   = "remove"
	ActionTake     = "take" // of an incident
	ActionMute     = "mute"
	ActionUnmute   = "unmute"
	ActionMore     = "more" // the next questions about an incident
)

// actionForm matches every action_id that this or an earlier version of catbot creates in messages and on the Home
// tab.
var actionForm = regexp.MustCompile(`^(?:(` + strings.Join([]string{
	ActionWindow, ActionProvince, ActionISP, ActionCompare, ActionRows, ActionCSV, ActionTrend, ActionShare,
	ActionRefresh, ActionCodes, ActionTry, ActionTask, ActionDigest, ActionAsk,
	ActionRun, ActionPause, ActionResume, ActionRemove, ActionTake, ActionMute, ActionUnmute, ActionMore,
}, "|") + `)|(` + ActionDigest + `):([a-z0-9]+)|(` + ActionPage + `):(?:back|on)|(` +
	ActionRefresh + `):([UW][A-Z0-9]+)(?::(` + strings.Join(i18n.Languages, "|") + `))?)$`)

// An Action is a parsed action_id.
type Action struct {
	Name     string // one of the Action constants
	Digest   string // id of the digest that a form changes; may be empty
	SharedBy string // who shared the message that a refresh replaces; may be empty
	Language string // of that message; may be empty
}

// ParseAction parses an action_id. It reports whether this or an earlier version of catbot creates it.
func ParseAction(id string) (Action, bool) {
	part := actionForm.FindStringSubmatch(id)
	if part == nil {
		return Action{}, false
	}
	return Action{
		Name: part[1] + part[2] + part[4] + part[5], Digest: part[3], SharedBy: part[6], Language: part[7],
	}, true
}

const (
	maxOption = 150  // characters of an option's value
	maxValue  = 2000 // characters of a button's value
	maxLabels = 75   // characters of an option's or a button's label
	// maxOptions is Slack's limit of a menu's options.
	maxOptions = 100
	// maxPicks is how many provinces or ISPs a menu offers, those with the most failures first.
	maxPicks = 30
)

// A query is the command of an answer. Each control repeats it with one change.
type query struct {
	codes commands.Codes
	trend bool
}

// queryOf returns the query of an answer's command. Limits are not checked here: pressing a control checks them.
func queryOf(command fmt.Stringer) (query, bool) {
	switch c := command.(type) {
	case commands.Codes:
		return query{codes: c}, true
	case commands.Trend:
		return query{c.Codes, true}, true
	}
	return query{}, false
}

// private returns the codes of q, answered to the person who presses alone.
func (q query) private() commands.Codes {
	q.codes.Public = false
	return q.codes
}

// text returns the text of q with other codes.
func (q query) text(c commands.Codes) string {
	if q.trend {
		return commands.Trend{Codes: c}.String()
	}
	return c.String()
}

// windows are the windows that the menu under every answer offers.
var windows = []commands.Window{
	commands.Last(time.Hour), commands.Last(8 * time.Hour), commands.Last(24 * time.Hour),
	commands.Last(7 * 24 * time.Hour),
	{Kind: commands.Today}, {Kind: commands.Yesterday},
}

// answerControls returns the controls under an answer. sharedBy is who shared it; empty for an answer that is not
// shared.
func answerControls(a report.Answer, sharedBy string, w i18n.Phrases) []slack.Block {
	q, ok := queryOf(a.Command)
	if !ok {
		return nil
	}
	if a.Failed() {
		return actions("push", button(refreshID(sharedBy, w), w.Refresh(), q.text(q.codes)))
	}
	private := q.private()
	menus := []slack.BlockElement{q.windowMenu(w), q.provinceMenu(a.Choice, w), q.ispMenu(a.Choice, w)}
	buttons := []slack.BlockElement{
		button(refreshID(sharedBy, w), w.Refresh(), q.text(q.codes)),
		button(ActionCompare, w.CompareButton(q.codes.Compare == commands.NoBaseline), q.text(toggleCompare(private))),
		button(ActionRows, w.RowsButton(q.codes.Show != commands.Rows), q.text(toggleRows(private))),
	}
	if len(q.codes.Tasks)*max(1, len(q.codes.Provinces)) <= commands.MaxTrendParts {
		trend := commands.Trend{Codes: onlyTrend(private)}
		buttons = append(buttons, button(ActionTrend, w.TrendButton(), trend.String()))
	}
	csv := private
	csv.Show = commands.CSV
	buttons = append(buttons, button(ActionCSV, "CSV", q.text(csv)))
	if !a.Public {
		buttons = append(buttons, button(ActionShare, w.ShareButton(), q.text(makePublic(q.codes))))
	}
	buttons = append(buttons, button(ActionDigest, w.DigestButton(), q.text(withoutCompare(private))))
	return append(actions("pick", menus...), actions("push", buttons...)...)
}

// trendControls returns the controls under a trend.
func trendControls(t report.Trend, sharedBy string, w i18n.Phrases) []slack.Block {
	q, ok := queryOf(t.Command)
	if !ok {
		return nil
	}
	menus := []slack.BlockElement{q.windowMenu(w), q.provinceMenu(t.Choice, w), q.ispMenu(t.Choice, w)}
	buttons := []slack.BlockElement{
		button(refreshID(sharedBy, w), w.Refresh(), q.text(q.codes)),
		button(ActionCodes, w.ReasonsButton(), q.private().String()),
	}
	if !t.Public {
		buttons = append(buttons, button(ActionShare, w.ShareButton(), q.text(makePublic(q.codes))))
	}
	return append(actions("pick", menus...), actions("push", buttons...)...)
}

func makePublic(c commands.Codes) commands.Codes {
	c.Public = true
	return c
}

// toggleCompare ends a comparison of any kind, or starts one with the window just before.
func toggleCompare(c commands.Codes) commands.Codes {
	if c.Compare == commands.NoBaseline {
		c.Compare = commands.JustBefore
	} else {
		c.Compare = commands.NoBaseline
	}
	return c
}

func toggleRows(c commands.Codes) commands.Codes {
	if c.Show == commands.Rows {
		c.Show = commands.Summary
	} else {
		c.Show = commands.Rows
	}
	return c
}

// onlyTrend removes what a trend does not support.
func onlyTrend(c commands.Codes) commands.Codes {
	c.Top, c.Compare, c.Show = 0, commands.NoBaseline, commands.Summary
	return c
}

// refreshID returns the action_id of a refresh. It carries who shared the message and its language, which a refresh
// keeps.
func refreshID(sharedBy string, w i18n.Phrases) string {
	if sharedBy == "" {
		return ActionRefresh
	}
	return ActionRefresh + ":" + sharedBy + ":" + w.Name()
}

func (q query) windowMenu(w i18n.Phrases) slack.BlockElement {
	p, c := &Options{}, q.private()
	for _, window := range windows {
		c.Window = window
		p.Add(w.WindowName(window.String()), q.text(c), window == q.codes.Window)
	}
	return p.element(ActionWindow, w.WindowPick())
}

// provinceMenu leaves out a name from CAT that no typed command can express, as ispMenu does.
func (q query) provinceMenu(choice report.Choice, w i18n.Phrases) slack.BlockElement {
	p, c := &Options{}, q.private()
	selected := q.codes.Provinces
	c.Provinces = nil
	p.Add(w.AllProvinces(), q.text(c), len(selected) == 0)
	for _, place := range choice.Provinces[:min(len(choice.Provinces), maxPicks)] {
		name := place.Code
		if i18n.Blank(name) {
			name = place.Name
		}
		if i18n.Blank(name) {
			continue
		}
		if commands.CanBeTyped(name) {
			c.Provinces = []string{name}
			p.Add(place.Label(w), q.text(c), len(selected) == 1 && selected[0] == name)
		}
	}
	return p.element(ActionProvince, w.ProvincePick())
}

func (q query) ispMenu(choice report.Choice, w i18n.Phrases) slack.BlockElement {
	p, c := &Options{}, q.private()
	selected := q.codes.ISPs
	c.ISPs = nil
	p.Add(w.AllISPs(), q.text(c), len(selected) == 0)
	for _, isp := range choice.ISPs[:min(len(choice.ISPs), maxPicks)] {
		if !i18n.Blank(isp) && commands.CanBeTyped(isp) {
			c.ISPs = []string{isp}
			p.Add(w.ISP(isp), q.text(c), len(selected) == 1 && commands.SameISP(isp, selected[0]))
		}
	}
	return p.element(ActionISP, w.ISPPick())
}

// Options collects the options of a menu. It leaves out what Slack refuses: a value that is too long or a duplicate,
// and a blank label.
type Options struct {
	All    []*slack.OptionBlockObject
	chosen *slack.OptionBlockObject
	spare  []option
}

// An option is one with its label: an answer has some twenty, which are made a few at a time.
type option struct {
	slack.OptionBlockObject
	label slack.TextBlockObject
}

// Add adds an option, unless Slack would refuse it.
func (p *Options) Add(label, value string, chosen bool) {
	isSame := func(o *slack.OptionBlockObject) bool { return o.Value == value }
	if i18n.Blank(label) || utf8.RuneCountInString(value) > maxOption || slices.ContainsFunc(p.All, isSame) {
		return
	}
	if len(p.spare) == 0 {
		p.spare = make([]option, 5)
	}
	added := &p.spare[0]
	p.spare = p.spare[1:]
	added.label = *plainText(label)
	added.Text, added.Value = &added.label, value
	p.All = append(p.All, &added.OptionBlockObject)
	if chosen {
		p.chosen = &added.OptionBlockObject
	}
}

// element returns the menu; nil when it has no options.
func (p *Options) element(id, placeholder string) slack.BlockElement {
	if len(p.All) == 0 {
		return nil
	}
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText(placeholder), id, p.All...)
	element.InitialOption = p.chosen
	return element
}

// button returns a button; nil when its command is too long for one.
func button(id, label, command string) slack.BlockElement {
	if utf8.RuneCountInString(command) > maxValue {
		return nil
	}
	return slack.NewButtonBlockElement(id, command, plainText(label))
}

func plainText(text string) *slack.TextBlockObject { return plainTextUpTo(text, maxLabels) }

func plainTextUpTo(text string, most int) *slack.TextBlockObject {
	return &slack.TextBlockObject{
		Type: slack.PlainTextType, Text: plainReplacer.Replace(i18n.Plain(text, most)), Emoji: &noEmoji,
	}
}

// noEmoji tells Slack to show ":name:" in plain text as it is.
var noEmoji = false

// actions returns a row of the controls that are not nil; no row when all are.
func actions(id string, elements ...slack.BlockElement) []slack.Block {
	var some []slack.BlockElement
	for _, element := range elements {
		if element != nil {
			some = append(some, element)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock(id, some...)}
}

// Commands returns the commands that the controls in blocks carry, that of the message itself first where it is known.
func Commands(blocks []slack.Block) (texts []string) {
	for _, block := range blocks {
		row, ok := block.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, element := range row.Elements.ElementSet {
			switch e := element.(type) {
			case *slack.ButtonBlockElement:
				if action, ok := ParseAction(e.ActionID); ok && action.Name == ActionRefresh {
					texts = append([]string{e.Value}, texts...)
				} else if ok {
					texts = append(texts, e.Value)
				}
			case *slack.SelectBlockElement:
				if _, ok := ParseAction(e.ActionID); ok && len(e.Options) > 0 {
					texts = append(texts, e.Options[0].Value)
				}
			}
		}
	}
	return texts
}
