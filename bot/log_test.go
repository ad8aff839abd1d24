package bot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	i := r.types(t, "codes 126531 jiangxi")
	r.reads(t, i, "Ping超时")
	r.Fail(fakeslack.ResponseURL, fakeslack.Always, fakeslack.Fault{Drop: true})
	r.Fail("chat.postEphemeral", fakeslack.Always, fakeslack.Fault{Drop: true})
	r.Fail("chat.postMessage", fakeslack.Always, fakeslack.Fault{Status: 500})
	j := r.types(t, "codes 126531 jiangxi")
	r.log.until(t, func(log string) bool { return strings.Contains(log, "answer not delivered") })
	r.Cut()
	log := r.log.String()
	for name, secret := range map[string]string{
		"app token": r.AppToken(), "bot token": r.BotToken(), "ticket": "ticket=",
		"response_url": i.ResponseURL(), "second response_url": j.ResponseURL(),
	} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has the %s:\n%s", name, log)
		}
	}
}

func TestLogLinesAreJSON(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
	r.settled(t, 1)
	for line := range strings.Lines(r.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}
