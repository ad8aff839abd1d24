package blockkit_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"testing"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

var codeSpan = regexp.MustCompile("`[^`]+`")

// spans are the code spans of what m shows.
func spans(t *testing.T, m blockkit.Message) []string {
	t.Helper()
	wire, err := json.Marshal(m.Rich)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	var walk func(node any)
	walk = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			if text, ok := node["text"].(string); ok && node["type"] == "mrkdwn" {
				shown.WriteString(text + "\n")
			}
			for _, child := range node {
				walk(child)
			}
		case []any:
			for _, child := range node {
				walk(child)
			}
		}
	}
	var blocks any
	if err := json.Unmarshal(wire, &blocks); err != nil {
		t.Fatal(err)
	}
	walk(blocks)
	return codeSpan.FindAllString(m.Text+"\n"+strings.ReplaceAll(shown.String(), "```", ""), -1)
}

// A code span holds no invisible character, and no channel or person: Slack would show their ids there.
func TestCodeSpansHoldExactText(t *testing.T) {
	all := messages(i18n.English)
	maps.Copy(all, digestMessages(i18n.English))
	seen := 0
	for name, m := range all {
		for _, span := range spans(t, m) {
			seen++
			if strings.ContainsAny(span, "\u200b") || strings.Contains(span, "<#") || strings.Contains(span, "&lt;#") ||
				strings.Contains(span, "<@") {
				t.Errorf("%s has %q", name, span)
			}
		}
	}
	if seen == 0 {
		t.Error("there are no code spans")
	}
}

func TestSettingNamesAreCodeSpans(t *testing.T) {
	for _, w := range []i18n.Phrases{i18n.English, i18n.Chinese} {
		all := messages(w)
		maps.Copy(all, digestMessages(w))
		for name, want := range map[string]string{
			"credentials refused": "`TENCENTCLOUD_SECRET_ID`", "digest added, not durable": "`DATA_DIR`",
		} {
			if got := spans(t, all[name]); !strings.Contains(strings.Join(got, " "), want) {
				t.Errorf("%s has no %s: %q", name, want, got)
			}
		}
	}
}

// TestForeignNamesOpenNoCodeSpan: what somebody called a task does not change how the rest of a sentence reads.
func TestForeignNamesOpenNoCodeSpan(t *testing.T) {
	m := blockkit.Refusal(
		&commands.SyntaxError{Problem: commands.NearProvince, Word: "ji`ang*xi", Near: "jiangxi", Try: "codes 126531"},
		"", i18n.English,
	)
	if got := spans(t, m); len(got) == 0 || got[0] != "`province=ji'ang*xi`" {
		t.Errorf("the spans are %q", got)
	}
}
