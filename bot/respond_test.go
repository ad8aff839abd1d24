package bot

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// A response is sent as Slack documents it, without the fields that are not set.
func TestResponseIsJSONAsDocumented(t *testing.T) {
	blocks := []slack.Block{slack.NewDividerBlock()}
	for _, test := range []struct {
		name string
		sent response
		want map[string]any
	}{
		{"nothing", response{}, map[string]any{}},
		{"a deletion", response{Delete: true}, map[string]any{"delete_original": true}},
		{"text with quotes", response{Type: "ephemeral", Text: "a \"<b>\"\n联通"},
			map[string]any{"response_type": "ephemeral", "text": "a \"<b>\"\n联通"}},
		{"blocks alone", response{Blocks: blocks},
			map[string]any{"blocks": []any{map[string]any{"type": "divider"}}}},
		{"everything", response{Type: "in_channel", Text: "x", Blocks: blocks, Replace: true, Delete: true, Thread: "1.2"},
			map[string]any{
				"response_type": "in_channel", "text": "x", "blocks": []any{map[string]any{"type": "divider"}},
				"replace_original": true, "delete_original": true, "thread_ts": "1.2",
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			encoded, err := test.sent.encode()
			var got map[string]any
			if err == nil {
				err = json.Unmarshal(encoded, &got)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("sent as %s (%v): %s", encoded, err, diff)
			}
		})
	}
}
