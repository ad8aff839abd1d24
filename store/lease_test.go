package store

import (
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestALeaseOfAnotherIsLeftAlone(t *testing.T) {
	server := redistest.Start(t)
	store, client := openStore(t, server.URL()), dialRedis(t, server)
	l, err := store.Lease(t.Context(), "key", time.Minute)
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	client.Set(t.Context(), "key", "another", time.Minute)
	if second, err := store.Lease(t.Context(), "key", time.Minute); second != nil || err != nil {
		t.Errorf("a lease that is held was given out: %v, %v", second, err)
	}
	_ = l.run(t.Context(), renewLease, l.token, 1)
	l.release(t.Context())
	if got := client.Get(t.Context(), "key").Val(); got != "another" {
		t.Errorf("the other's lease is %q", got)
	}
}
