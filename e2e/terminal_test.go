package e2e

import (
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

func TestAliasesSetInSlackWorkInTheTerminal(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	f.start(t, "REDIS_URL="+redis.URL())
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "alias set shop 126531"), "means task")
	for _, tc := range []struct {
		command, want string
		code          int
	}{
		{"alias list", "shop\t126531", 0},
		{"codes shop from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi", "982", 0},
		{"codes shopp", "Did you mean", 2},
		{"alias set front 126540", "`front` means task 126540", 0},
		{"alias remove shop", "The alias `shop` is removed", 0},
		{"alias remove shop", "There is no alias `shop`", 1},
		{"alias list", "front\t126540", 0},
	} {
		out, errs, code := catbot(t, append(f.env(), "REDIS_URL="+redis.URL()), "ask", tc.command)
		if code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%s: exit code %d, output %q and %q", tc.command, code, out, errs)
		}
	}
}
