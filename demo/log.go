package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxLines bounds the stored lines of the bot's log.
const maxLines = 60

// A Line is one line of the bot's log.
type Line struct {
	At    time.Time `json:"at"`
	Level string    `json:"level"`
	Text  string    `json:"text"`
}

// A Log is an io.Writer for the bot's log of JSON lines. It stores the last ones.
type Log struct {
	mu      sync.Mutex
	partial []byte
	lines   []Line
}

func newLog() *Log { return &Log{lines: []Line{}} }

// maxPartial bounds a line that does not end.
const maxPartial = 1 << 20

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		end := bytes.IndexByte(l.partial, '\n')
		if end < 0 {
			break
		}
		l.read(l.partial[:end])
		l.partial = l.partial[end+1:]
	}
	if len(l.partial) > maxPartial {
		l.partial = nil
	}
	return len(p), nil
}

func (l *Log) read(line []byte) {
	var fields map[string]any
	if json.Unmarshal(line, &fields) != nil {
		fields = map[string]any{"level": "INFO", "msg": string(line)}
	}
	text := func(name string) string {
		s, _ := fields[name].(string)
		return s
	}
	at, err := time.Parse(time.RFC3339Nano, text("time"))
	if err != nil {
		at = time.Now()
	}
	l.lines = append(l.lines, Line{at, text("level"), summary(text("msg"), fields)})
	if len(l.lines) > maxLines {
		l.lines = slices.Clone(l.lines[len(l.lines)-maxLines:])
	}
}

// summary returns the message and the main fields of a log line.
func summary(msg string, fields map[string]any) string {
	parts := []string{msg}
	for _, name := range []string{"text", "outcome", "took_ms", "digest", "error"} {
		if value, ok := fields[name]; ok && value != "" {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	return strings.Join(parts, " ")
}

// Lines returns the last lines, oldest first.
func (l *Log) Lines() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}
