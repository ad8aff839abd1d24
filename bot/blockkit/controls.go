package blockkit

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
)

// Controls carry the canonical text of the command that they stand for, which goes the way of a typed one. What a control is called
// says what its answer does to the message: a refresh replaces a shared one, the others leave it alone.
const (
	ActionWindow   = "window"
	ActionProvince = "province"
	ActionISP      = "isp"
	ActionCompare  = "compare"
	ActionRows     = "rows"
	ActionCSV      = "csv"
	ActionTrend    = "trend"
	ActionShare    = "share"
	ActionRefresh  = "refresh" // of a shared message it is followed by who shared it and in which language: refresh:U0ALICE:en
	ActionCodes    = "codes"
	ActionTask     = "task"   // in a list of tasks, which stays
	ActionDigest   = "digest" // opens a form; a colon and the id of the digest that is changed may follow
	ActionAsk      = "ask"    // opens a form
	ActionPage     = "page"   // of the Home tab
	ActionRun      = "run"
	ActionPause    = "pause"
	ActionResume   = "resume"
	ActionRemove   = "remove"
)

// actionForm is the form of every action_id that catbot makes, or has made, in messages and on the Home tab. Others are not catbot's.
var actionForm = regexp.MustCompile(`^(?:(` + strings.Join([]string{
	ActionWindow, ActionProvince, ActionISP, ActionCompare, ActionRows, ActionCSV, ActionTrend, ActionShare, ActionRefresh, ActionCodes, ActionTask, ActionDigest, ActionAsk,
	ActionRun, ActionPause, ActionResume, ActionRemove,
}, "|") + `)|(` + ActionDigest + `):([a-z0-9]+)|(` + ActionPage + `):(?:back|on)|(` + ActionRefresh + `):([UW][A-Z0-9]+)(?::(` + strings.Join(i18n.Languages, "|") + `))?)$`)

// An Action is what the action_id of a control says.
type Action struct {
	Name     string // one of the Action constants
	Digest   string // id of the digest that a form changes; may be empty
	SharedBy string // who shared the message that a refresh draws again; may be empty
	Language string // of that message; may be empty
}

// ParseAction reads an action_id, and reports whether it is one that catbot makes, or has made.
func ParseAction(id string) (Action, bool) {
	part := actionForm.FindStringSubmatch(id)
	if part == nil {
		return Action{}, false
	}
	return Action{Name: part[1] + part[2] + part[4] + part[5], Digest: part[3], SharedBy: part[6], Language: part[7]}, true
}

const (
	maxOption = 150  // characters of an option's value
	maxValue  = 2000 // of a button's
	maxLabels = 75   // of an option's or a button's text
	// maxOptions is what a select takes.
	maxOptions = 100
	// maxPicks is how many provinces or ISPs there are to choose from, the worst ones; Slack takes 100.
	maxPicks = 30
)

// A question is what controls ask anew, with one thing changed.
type question struct {
	codes commands.Codes
	trend bool
}

// questionOf is the question that an answer is of. It is not checked against limits again: pressing does that.
func questionOf(command fmt.Stringer) (question, bool) {
	switch c := command.(type) {
	case commands.Codes:
		return question{codes: c}, true
	case commands.Trend:
		return question{c.Codes, true}, true
	}
	return question{}, false
}

// with is the text of q with one change, for the person who presses alone.
func (q question) with(change func(*commands.Codes)) string {
	q.codes.Public = false
	return q.exactly(change)
}

func (q question) exactly(change func(*commands.Codes)) string {
	change(&q.codes)
	if q.trend {
		return commands.Trend{Codes: q.codes}.String()
	}
	return q.codes.String()
}

// windows are offered under every answer.
var windows = []commands.Window{
	commands.Last(time.Hour), commands.Last(8 * time.Hour), commands.Last(24 * time.Hour), commands.Last(7 * 24 * time.Hour),
	{Kind: commands.Today}, {Kind: commands.Yesterday},
}

// answerControls stand under an answer; by is who shared it.
func answerControls(a report.Answer, by string, w i18n.Phrases) []slack.Block {
	q, ok := questionOf(a.Command)
	if !ok {
		return nil
	}
	if a.Failed() {
		return actions("push", button(refreshID(by, w), w.Refresh(), q.exactly(func(*commands.Codes) {})))
	}
	picks := []slack.BlockElement{q.windowPick(w), q.provincePick(a.Findings, w), q.ispPick(a.Findings, w)}
	buttons := []slack.BlockElement{
		button(refreshID(by, w), w.Refresh(), q.exactly(func(c *commands.Codes) {})),
		button(ActionCompare, w.CompareButton(q.codes.Compare == commands.NoBaseline), q.with(toggleCompare)),
		button(ActionRows, w.RowsButton(q.codes.Show != commands.Rows), q.with(toggleRows)),
	}
	if len(q.codes.Tasks)*max(1, len(q.codes.Provinces)) <= commands.MaxTrendParts {
		trend := question{q.codes, true}
		buttons = append(buttons, button(ActionTrend, w.TrendButton(), trend.with(onlyTrend)))
	}
	buttons = append(buttons, button(ActionCSV, "CSV", q.with(func(c *commands.Codes) { c.Show = commands.CSV })))
	if !a.Public {
		buttons = append(buttons, button(ActionShare, w.ShareButton(), q.exactly(func(c *commands.Codes) { c.Public = true })))
	}
	buttons = append(buttons, button(ActionDigest, w.DigestButton(), q.with(func(c *commands.Codes) { *c = withoutCompare(*c) })))
	return append(actions("pick", picks...), actions("push", buttons...)...)
}

// trendControls stand under a trend.
func trendControls(t report.Trend, by string, w i18n.Phrases) []slack.Block {
	q, ok := questionOf(t.Command)
	if !ok {
		return nil
	}
	codes := question{codes: q.codes}
	picks := []slack.BlockElement{q.windowPick(w), q.provincePick(t.Choice, w), q.ispPick(t.Choice, w)}
	buttons := []slack.BlockElement{
		button(refreshID(by, w), w.Refresh(), q.exactly(func(*commands.Codes) {})),
		button(ActionCodes, w.ReasonsButton(), codes.with(func(*commands.Codes) {})),
	}
	if !t.Public {
		buttons = append(buttons, button(ActionShare, w.ShareButton(), q.exactly(func(c *commands.Codes) { c.Public = true })))
	}
	return append(actions("pick", picks...), actions("push", buttons...)...)
}

// toggleCompare switches a comparison off whatever it is with, and on with the window just before.
func toggleCompare(c *commands.Codes) {
	if c.Compare == commands.NoBaseline {
		c.Compare = commands.JustBefore
		return
	}
	c.Compare = commands.NoBaseline
}

func toggleRows(c *commands.Codes) {
	if c.Show == commands.Rows {
		c.Show = commands.Summary
		return
	}
	c.Show = commands.Rows
}

// onlyTrend leaves out what a trend does not take.
func onlyTrend(c *commands.Codes) {
	c.Top, c.Compare, c.Show = 0, commands.NoBaseline, commands.Summary
}

// refreshID keeps who shared a message, and its language, so that both stay when it is drawn anew.
func refreshID(by string, w i18n.Phrases) string {
	if by == "" {
		return ActionRefresh
	}
	return ActionRefresh + ":" + by + ":" + w.Name()
}

func (q question) windowPick(w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	for _, window := range windows {
		p.Add(w.WindowName(window.String()), q.with(func(c *commands.Codes) { c.Window = window }), window == q.codes.Window)
	}
	return p.element(ActionWindow, w.WindowPick())
}

func (q question) provincePick(f report.Findings, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	asked := q.codes.Provinces
	p.Add(w.AllProvinces(), q.with(func(c *commands.Codes) { c.Provinces = nil }), len(asked) == 0)
	for _, place := range f.Provinces[:min(len(f.Provinces), maxPicks)] {
		name := place.Code
		if i18n.Blank(name) {
			name = place.Name
		}
		if i18n.Blank(name) {
			continue
		}
		q.offer(p, place.Label(w), name, len(asked) == 1 && asked[0] == name, func(c *commands.Codes) { c.Provinces = []string{name} })
	}
	return p.element(ActionProvince, w.ProvincePick())
}

func (q question) ispPick(f report.Findings, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	asked := q.codes.ISPs
	p.Add(w.AllISPs(), q.with(func(c *commands.Codes) { c.ISPs = nil }), len(asked) == 0)
	for _, isp := range f.ISPs[:min(len(f.ISPs), maxPicks)] {
		if !i18n.Blank(isp.Name) {
			q.offer(p, w.ISP(isp.Name), isp.Name, len(asked) == 1 && commands.SameISP(isp.Name, asked[0]), func(c *commands.Codes) { c.ISPs = []string{isp.Name} })
		}
	}
	return p.element(ActionISP, w.ISPPick())
}

// offer adds q with its province or ISP changed to name, unless that would not be read as it is written: a name from CAT may hold
// what nobody can type.
func (q question) offer(p *Options, label, name string, chosen bool, change func(*commands.Codes)) {
	if commands.CanBeTyped(name) {
		p.Add(label, q.with(change), chosen)
	}
}

// Options are those of a select, without any that Slack would refuse: with a value that is too long or there already, or a blank label.
type Options struct {
	All    []*slack.OptionBlockObject
	chosen *slack.OptionBlockObject
	taken  map[string]bool
}

// Add adds an option, unless Slack would refuse it.
func (p *Options) Add(label, value string, chosen bool) {
	if p.taken == nil {
		p.taken = map[string]bool{}
	}
	if p.taken[value] || i18n.Blank(label) || utf8.RuneCountInString(value) > maxOption {
		return
	}
	p.taken[value] = true
	option := slack.NewOptionBlockObject(value, plainText(label), nil)
	p.All = append(p.All, option)
	if chosen {
		p.chosen = option
	}
}

// element is nil when there is nothing to choose.
func (p *Options) element(id, placeholder string) slack.BlockElement {
	if len(p.All) == 0 {
		return nil
	}
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText(placeholder), id, p.All...)
	element.InitialOption = p.chosen
	return element
}

// button is nil when its command is too long for one.
func button(id, label, command string) slack.BlockElement {
	if utf8.RuneCountInString(command) > maxValue {
		return nil
	}
	return slack.NewButtonBlockElement(id, command, plainText(label))
}

func plainText(text string) *slack.TextBlockObject { return plainTextUpTo(text, maxLabels) }

func plainTextUpTo(text string, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, plainReplacer.Replace(i18n.Plain(text, most)), false, false)
}

// actions is a row of controls, without those that are nil; no row when all are.
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
