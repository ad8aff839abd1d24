package main

import (
	"encoding/json"
	"testing"

	"catbot/demo/fakeslack"
)

func TestAPlaceholderIsNoAnswer(t *testing.T) {
	for _, tc := range []struct {
		name    string
		message fakeslack.Message
		answer  bool
	}{
		{"a placeholder has text only", fakeslack.Message{Text: "Fetching `codes 126531` …"}, false},
		{"a placeholder in Chinese", fakeslack.Message{Text: "正在查询 `codes 126531` …"}, false},
		{"an answer has blocks", fakeslack.Message{Text: "Task 126531", Blocks: json.RawMessage(`[{"type":"divider"}]`)},
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := isAnswer(tc.message); got != tc.answer {
				t.Errorf("isAnswer: %t, want %t", got, tc.answer)
			}
		})
	}
}
