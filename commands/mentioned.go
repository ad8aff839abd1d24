package commands

import (
	"regexp"
	"strings"
	"time"

	"catbot/catapi"
)

const (
	// maxMentioned bounds the text that is searched, in bytes, and maxMentionedTasks the tasks that are found.
	maxMentioned      = 16 << 10
	maxMentionedTasks = 3
	// runUp is how long before the time in an alert its window begins.
	runUp = 15 * time.Minute
)

var (
	// mentionedAddresses are what may be an address, or words with signs of one between them.
	mentionedAddresses = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}._:/?&=%-]*`)
	// mentionedWords are what may be a task's id, an alias or a host: letters of any script, digits, dots, hyphens.
	mentionedWords = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}._-]*`)
	mentionedTime  = regexp.MustCompile(`(?:(\d{4}-\d\d-\d\d)[T ]|\b)([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?`)
)

// Mentioned finds tasks and a time in text that was not written for catbot, such as an alert of another tool, sent at
// sent. find gives the task of a word: of an alias, of an address or its host, or of an id that is listed. The window
// begins shortly before the first time in text, or before sent.
func (l Language) Mentioned(text string, find func(word string) (task string, ok bool), sent, now time.Time) Codes {
	if len(text) > maxMentioned {
		text = strings.ToValidUTF8(text[:maxMentioned], "")
	}
	var c Codes
	for _, address := range mentionedAddresses.FindAllString(text, -1) {
		for _, task := range mentionedTasks(address, find) {
			if len(c.Tasks) < maxMentionedTasks {
				c.addTask(task)
			}
		}
	}
	at := sent
	if parts := mentionedTime.FindStringSubmatch(text); parts != nil {
		if t, ok := momentIn(parts, sent); ok {
			at = t
		}
	}
	begin := at.In(catapi.Beijing).Add(-runUp).Truncate(time.Minute)
	c.Window = Window{Kind: Since, From: Moment{
		Year: begin.Year(), Month: int(begin.Month()), Day: begin.Day(), Timed: true,
		Seconds: begin.Hour()*3600 + begin.Minute()*60,
	}}
	if !begin.Before(now) || now.Sub(begin) > l.MaxWindow {
		c.Window = Window{}
	}
	return c
}

// mentionedTasks returns the task of an address, or those of its words if no task has it.
func mentionedTasks(address string, find func(word string) (task string, ok bool)) (found []string) {
	if task, ok := find(strings.ToLower(strings.TrimRight(address, "._:/?&=%-"))); ok {
		return []string{task}
	}
	for _, word := range mentionedWords.FindAllString(address, -1) {
		word = strings.TrimRight(word, "._-")
		if task, ok := find(strings.ToLower(word)); ok {
			found = append(found, task)
		} else if catapi.IsAPI3(word) {
			found = append(found, word)
		}
	}
	return found
}

// momentIn returns the instant of a time as an alert writes it. One without a date is the latest before sent.
func momentIn(parts []string, sent time.Time) (time.Time, bool) {
	date, zone := parts[1], parts[4]
	if date == "" {
		date = sent.In(catapi.Beijing).Format(time.DateOnly)
	}
	if zone == "" {
		zone = "+08:00"
	}
	t, err := time.Parse("2006-01-02T15:04Z07:00", date+"T"+parts[2]+":"+parts[3]+zone)
	if err != nil {
		return time.Time{}, false
	}
	if parts[1] == "" && t.After(sent) {
		t = t.AddDate(0, 0, -1)
	}
	return t, true
}
