package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"catbot/bot"
	"catbot/demo/fakeslack"
)

func TestCronExpressionKeepsItsStars(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	const cron = `cron "30 8 1 * *"`
	id := r.adds(t, "digest add "+cron+" codes 126531 last 24h")
	m := r.posts(t, id)
	for where, shown := range map[string]string{
		"what is said when it is added": r.says(
			t, fakeslack.Alice, fakeslack.Ops, "digest add cron \"30 8 2 * *\" codes 126531 last 24h", "is added",
		),
		"digest list":  r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", id),
		"digest show":  r.says(t, fakeslack.Alice, fakeslack.Ops, "digest show "+id, id),
		"the Home tab": string(r.opensHome(t, fakeslack.Alice, id)),
		"its post":     m.Text + string(m.Blocks),
	} {
		if strings.Contains(shown, "\u200b") ||
			!regexp.MustCompile("`[^`]*cron "+`\\"30 8 [12] \* \*\\"[^`+"`]*`").MatchString(shown) {
			t.Errorf("%s reads %s", where, shown)
		}
	}
}

// posts runs a digest by hand and returns its post.
func (r *testBot) posts(t *testing.T, id string) fakeslack.Message {
	t.Helper()
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	return r.posted(t, id, 1)
}

// The refused command shows the channel as it was typed, with the carets below the word at fault.
func TestRefusalShowsChannelByName(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	said := r.says(
		t, fakeslack.Alice, fakeslack.Ops, "digest add daily 09:00 in <#C0OPS|ops> codes 126531 jiangxii",
		"Did you mean jiangxi",
	)
	if want := `in #ops codes 126531 jiangxii\n                                            ^^^^^^^^`; !strings.Contains(said, want) {
		t.Errorf("it does not point at the word: %s", said)
	}
	if strings.Contains(said, "&lt;#") || strings.Contains(said, `\u0026lt;#`) ||
		!strings.Contains(said, "` <#C0OPS> `codes") {
		t.Errorf("the channel's id shows: %s", said)
	}
}
