package e2e

import (
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

func TestTheNamesThatPeopleGaveToTasksAreKnownInTheTerminal(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	f.start(t, "REDIS_URL="+redis.URL())
	f.reads(t, f.types(t, fakeslack.Alice, "alias set shop 126531"), "stands for task")
	for _, tc := range []struct {
		command, says string
		code          int
	}{
		{"alias list", "shop\t126531", 0},
		{"codes shop from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi", "982", 0},
		{"codes shopp", "Did you mean", 2},
		{"alias set front 126540", "`front` stands for task 126540", 0},
		{"alias remove shop", "`shop` stands for no task", 0},
		{"alias remove shop", "There is no alias `shop`", 1},
		{"alias list", "front\t126540", 0},
	} {
		if out, errs, code := catbot(t, append(f.env(), "REDIS_URL="+redis.URL()), "ask", tc.command); code != tc.code || !strings.Contains(out+errs, tc.says) {
			t.Errorf("%s: exit code %d, it prints %q and %q", tc.command, code, out, errs)
		}
	}
}
