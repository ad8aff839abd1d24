package blockkit_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"testing"

	"catbot/bot/blockkit"
	"catbot/digest"
	"catbot/i18n"
)

var actionIDs = regexp.MustCompile(`"action_id":"([^"]*)"`)

func TestEveryControlThatIsDrawnIsKnown(t *testing.T) {
	active := aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi")
	paused := active
	paused.Paused = &digest.Pause{By: active.Owner}
	home := blockkit.Home{MayChange: func(digest.Digest) bool { return true }, Page: 1}
	for range 60 {
		home.Digests = append(home.Digests, active, paused)
	}
	all := messages(i18n.English)
	maps.Copy(all, digestMessages(i18n.English))
	all["home"] = blockkit.Message{Rich: home.Blocks(i18n.English)}
	seen := 0
	for name, m := range all {
		wire, err := json.Marshal(m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range actionIDs.FindAllStringSubmatch(string(wire), -1) {
			seen++
			if _, known := blockkit.ParseAction(found[1]); !known {
				t.Errorf("%s has the control %q, which nobody takes", name, found[1])
			}
		}
	}
	if seen == 0 {
		t.Error("there are no controls")
	}
}
