package commands

import (
	"slices"

	"catbot/i18n"
)

// A SyntaxError explains why a command was not understood. What it says to the person who typed is
// put into words by package words, so that it can be said in their language.
type SyntaxError struct {
	Problem Problem
	Text    string   // the whole command as it was read
	At      int      // where Word begins in Text, in characters; at its end when something is missing
	Word    string   // the word at fault, as typed; empty when something is missing
	Near    string   // what Word nearly is, in the language's own spelling; may be empty
	Or      []string // what else Word may be; Near is the first
	Limit   string   // the bound that was passed, e.g. "31d"; may be empty
	Try     string   // a command that works, ready to copy
}

// A Problem is a kind of misunderstanding.
type Problem int

const (
	UnknownCommand Problem = iota // Word is no command
	UnknownWord                   // Word is nothing the command takes
	NearWord                      // Word is nearly Near
	NearProvince                  // Word is nearly the province Near
	NearISP                       // Word is nearly the ISP Near
	NoTask                        // a task is missing
	BadTask                       // Word is a number, but no task id
	NoWindow                      // a window's words end too early
	NoEnd                         // a window has a beginning and nothing more
	BadTime                       // Word looks like a date or time that does not exist
	BadLength                     // Word is no length of a window
	Reversed                      // the window ends before it begins
	Empty                         // the window has no length
	Future                        // the window reaches into the future
	TooLong                       // the window is longer than Limit
	TwoWindows                    // Word begins a second window
	NoISP                         // an ISP's name is missing
	NoProvince                    // a province's name is missing
	BadTop                        // Word is no number of reasons up to Limit
	TooMany                       // more than Limit questions in one command
	UnknownTopic                  // Word is no topic of help
	TextTooLong                   // the command is longer than Limit characters
	NotInTrend                    // Word is for codes only

	BadAliasVerb // Word is nothing that can be done with aliases
	NoAlias      // the name of an alias is missing
	Surplus      // Word follows a complete command
	BadAlias     // Word can't be the name of a task

	UnknownVerb     // Word is nothing that can be done with digests
	NoDigestID      // the id of a digest is missing
	BadDigestID     // Word is no id of a digest
	NoSchedule      // a digest has no schedule
	NoTimeOfDay     // a schedule's time is missing, or Word is none
	BadSchedule     // Word is nothing that a digest takes before its command
	BadInterval     // Word is no interval; Near is the nearest that is
	BadCron         // Word is no cron expression
	TooOften        // the schedule runs more often than each Limit
	NeverComes      // the schedule has no time at all
	Twice           // Word is a second schedule, zone, channel or condition
	BadZone         // Word is no time zone
	BadChannel      // Word is no channel that Slack made a link of
	BadLanguage     // Word is no language that catbot speaks
	BadCondition    // Word is no condition
	NoDigestCommand // the command of a digest is missing
	OnlyACommand    // Word is no command, where nothing else may stand
	NotInDigest     // Word is a command that no digest can run
	NotSchedule     // Word is no part of a schedule that stands alone

	BadPercent      // Word is no percentage of the probes
	BadTimes        // Word is no multiple of a baseline
	BeforeAsBase    // Word compares with the window before, which the incident fills
	NotPerGroup     // Word compares all failures, not those of each ISP or province
	TooManyLimits   // Word is a third limit
	BadRuns         // Word is no number of runs in a row up to Limit
	BadClosing      // Word is no closing line
	NoNotified      // whom to call is missing
	NotPicked       // Word is nobody that Slack made a link of
	NotifyAll       // Word calls everybody in the channel
	TooManyNotified // Word is one more than Limit
	BadAgain        // Word is no time between two reminders up to Limit
	BadQuiet        // Word is no hours of a day
	NeedsLimit      // Word is a part of a condition that has no limit, such as Near
	NoLimit         // a watch has no condition, such as Near
	NoFloor         // Word is a multiple without a floor, such as Near
	PercentOfV2     // Word is a percentage of the probes, which the task Near does not have
	ClosingTooHigh  // Word is a closing line above the opening line, which is Near

	NoMuted        // what to mute is missing
	NoMuteEnd      // how long to mute is missing
	BadMuteEnd     // Word is no end of a mute
	MuteTooLong    // Word is longer than Limit
	BadIncident    // Word is no id of an incident
	NotInIncidents // Word is nothing that a list of incidents takes
)

func (e *SyntaxError) Error() string { return e.Explain(i18n.English) }

// MayBeAlias reports whether Word would be understood, or the command be complete, if a word of it were an alias.
func (e *SyntaxError) MayBeAlias() bool {
	return slices.Contains([]Problem{UnknownWord, UnknownCommand, NoTask, BadTask}, e.Problem)
}
