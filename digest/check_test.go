package digest

import (
	"testing"

	"catbot/store/redistest"
)

func TestCheckLeavesNothingBehind(t *testing.T) {
	d := newTestEngine(t)
	if err := Check(t.Context(), d.Store.DB, "nonce"); err != nil {
		t.Fatal(err)
	}
	if keys := d.Store.DB.Keys(t.Context(), "*").Val(); len(keys) != 0 {
		t.Errorf("left are %v", keys)
	}
}

func TestCheckSaysWhatARedisRefuses(t *testing.T) {
	server := redistest.Start(t, "--rename-command", "EVALSHA", "", "--rename-command", "EVAL", "")
	d := newTestEngineAt(t, server)
	if err := Check(t.Context(), d.Store.DB, "nonce"); err == nil {
		t.Error("a redis without scripts is called fit")
	}
}
