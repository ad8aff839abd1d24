package commands

import (
	"context"
	"fmt"
	"slices"
)

// A Spec is a command as the language knows it. What it means once it is read is a type with a String and a Kind;
// what is done for it is a method of Handler.
type Spec struct {
	Name     string   // the language's own word, with which its text and its Kind begin
	Words    []string // what else people type for it, in English and Chinese, lower case
	Topic    string   // of help; "" is the overview
	Examples []string // in canonical form: each prints itself
	// Alone says that its words mean something else, or nothing, in the middle of a command.
	Alone bool
	// Try is a command that works, for who nearly wrote its name; "" means what can be saved of the rest.
	Try string
	// PrintsAs is the command as which it prints itself; "" is its own name.
	PrintsAs string

	parse func(*parser) (Command, error) // reads what follows the word
}

// Table lists the commands, in the order in which a slip of the finger is compared with them.
var Table = []Spec{
	{
		Name: "codes", Words: []string{"code", "返回码", "错误码"}, Topic: "codes",
		Examples: []string{"codes 126531 last 8h jiangxi"}, parse: (*parser).readCodes,
	},
	{
		Name: "trend", Words: []string{"趋势"}, Topic: "trend",
		Examples: []string{"trend 126531 last 24h"}, parse: (*parser).readTrend,
	},
	{
		Name: "tasks", Words: []string{"task", "任务", "任务列表"}, Topic: "tasks",
		Examples: []string{"tasks", "tasks shop"},
		Alone:    true, Try: "tasks", parse: (*parser).readTasks,
	},
	{
		Name: "digest", Words: []string{"digests", "定时报告", "定时", "订阅"}, Topic: "digest", Examples: []string{
			"digest add weekdays 09:00 codes 126531 last 24h compare", "digest list", "digest show k7m2",
			"digest run k7m2", "digest pause k7m2", "digest resume k7m2", "digest remove k7m2",
			"digest mute k7m2 2h", "digest mute here until tomorrow 09:00", "digest unmute k7m2",
		},
		Try: "digest list", parse: (*parser).readDigest,
	},
	{
		Name: "watch", Words: []string{"monitor", "监控", "盯"}, Topic: "watch",
		Examples: []string{"watch task-ab12cd34 if any isp >20% notify <!here>", "watch 126531 every 15m if >100"},
		Alone:    true, PrintsAs: "digest", parse: (*parser).readWatch,
	},
	{
		Name: "incidents", Words: []string{"incident", "故障", "告警"}, Topic: "incidents",
		Examples: []string{"incidents", "incidents 126531 last 24h here", "incidents take k7m2-t5s3x0"},
		Alone:    true, Try: "incidents", parse: (*parser).readIncidents,
	},
	{
		Name: "alias", Words: []string{"aliases", "别名"}, Topic: "alias",
		Examples: []string{"alias list", "alias set shop 126531", "alias remove shop"},
		Try:      "alias list", parse: (*parser).readAlias,
	},
	{
		Name: "help", Words: []string{"?", "帮助"}, Examples: []string{"help", "help codes"},
		Try: "help", parse: (*parser).readHelp,
	},
}

// commandWords gives the name of a command for each of its words. It is filled from Table beside keywords, which has
// those that mean the command in the middle of another, too.
var commandWords = map[string]string{}

func init() {
	for _, spec := range Table {
		for _, typed := range append([]string{spec.Name}, spec.Words...) {
			commandWords[typed] = spec.Name
			if !spec.Alone {
				keywords[typed] = spec.Name
			}
		}
	}
	keywordNames = longKeys(keywords)
}

// command returns the name of the command that w begins, or "".
func (w word) command() string {
	if w.quoted || w.key != "" {
		return ""
	}
	return commandWords[w.text]
}

// specOf finds a command by its name.
func specOf(name string) (Spec, bool) {
	i := slices.IndexFunc(Table, func(s Spec) bool { return s.Name == name })
	if i < 0 {
		return Spec{}, false
	}
	return Table[i], true
}

// commandNames lists the commands.
func commandNames() (names []string) {
	for _, spec := range Table {
		names = append(names, spec.Name)
	}
	return names
}

// A Handler does what commands ask for, where they were typed: in Slack, in a terminal.
type Handler[Result any] interface {
	Codes(context.Context, Codes) Result
	Trend(context.Context, Trend) Result
	Tasks(context.Context, Tasks) Result
	DigestAdd(context.Context, DigestAdd) Result
	DigestList(context.Context, DigestList) Result
	DigestDo(context.Context, DigestDo) Result
	DigestMute(context.Context, DigestMute) Result
	DigestUnmute(context.Context, DigestUnmute) Result
	Incidents(context.Context, Incidents) Result
	IncidentTake(context.Context, IncidentTake) Result
	Alias(context.Context, AliasDo) Result
	Help(context.Context, Help) Result
}

// Do hands c to the method of h that is for it.
func Do[Result any](ctx context.Context, c Command, h Handler[Result]) Result {
	switch c := c.(type) {
	case Codes:
		return h.Codes(ctx, c)
	case Trend:
		return h.Trend(ctx, c)
	case Tasks:
		return h.Tasks(ctx, c)
	case DigestAdd:
		return h.DigestAdd(ctx, c)
	case DigestList:
		return h.DigestList(ctx, c)
	case DigestDo:
		return h.DigestDo(ctx, c)
	case DigestMute:
		return h.DigestMute(ctx, c)
	case DigestUnmute:
		return h.DigestUnmute(ctx, c)
	case Incidents:
		return h.Incidents(ctx, c)
	case IncidentTake:
		return h.IncidentTake(ctx, c)
	case AliasDo:
		return h.Alias(ctx, c)
	case Help:
		return h.Help(ctx, c)
	}
	panic(fmt.Sprintf("no handler takes the command %q", c))
}
