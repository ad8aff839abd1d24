package blockkit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

// TestDamagedDigestMentionsNobody: it is shown as it was typed, whatever it holds.
func TestDamagedDigestMentionsNobody(t *testing.T) {
	d := aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi")
	d.Broken = `"digest add dayly in <#C0OPS> codes 1 <!channel> <@U0ALICE>": There is no command.`
	d.Owner, d.Add = "U0ALICE> <!here", commands.DigestAdd{Channel: "C0OPS> <!channel"}
	home := blockkit.Home{Digests: []digest.Digest{d}, MayChange: func(digest.Digest) bool { return true }}
	shown := map[string]blockkit.Message{
		"the details":  blockkit.DigestDetails(d, i18n.English),
		"the list":     blockkit.DigestList([]digest.Digest{d}, i18n.English),
		"the home tab": {Rich: home.Blocks(i18n.English)},
	}
	for name, m := range shown {
		wire, err := json.Marshal(m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(wire))
		for _, alive := range []string{"<!channel", "<!here", "<@U0ALICE"} {
			if strings.Contains(text, alive) {
				t.Errorf("%s has a live %s: %s", name, alive, text)
			}
		}
		const want = "`\\\"digest add dayly in` <#C0OPS> `codes 1 &lt;!channel&gt; &lt;@U0ALICE&gt;\\\": There is no command.`"
		if !strings.Contains(text, want) {
			t.Errorf("%s does not show the text as it was typed: %s", name, text)
		}
		if strings.Contains(text, "/cat digest add") {
			t.Errorf("%s shows a command that nobody gave: %s", name, text)
		}
	}
}
