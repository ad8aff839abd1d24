package bot

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// TestAlertIsReadInItsBlocks: its text may be no more than a title.
func TestAlertIsReadInItsBlocks(t *testing.T) {
	const alert = `{"ts": "1495678500.000100", "text": "ALERT", "blocks": [
		{"type": "section", "block_id": "b-999", "text": {"type": "mrkdwn", "text": "Checkout is slow\ntask-ab12cd34"}},
		{"type": "actions", "elements": [{"type": "button", "action_id": "go", "url": "https://shop.example.com/",
			"text": {"type": "plain_text", "text": "Open"}}]}],
		"attachments": [{"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
			{"type": "text", "text": "since 00:10"}]}]}]}]}`
	var m slack.Message
	if err := json.Unmarshal([]byte(alert), &m); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(mentionedIn(m).text, "\n")
	for _, line := range []string{"ALERT", "Checkout is slow", "task-ab12cd34", "https://shop.example.com/", "since 00:10"} {
		if !slices.Contains(lines, line) {
			t.Errorf("%q is not read: %q", line, lines)
		}
	}
}
