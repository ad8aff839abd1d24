package bot_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets some more tests run at once than there are processors: most of their time they wait for Slack's pauses.
// Tests of forms run alone, because Slack gives a form three seconds.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
