package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestALeaseOfAnotherIsLeftAlone(t *testing.T) {
	server := redistest.Start(t)
	store, client := openStore(t, server.URL()), server.Client()
	for name, lease := range map[string]func(context.Context, string, time.Duration) (*Lease, error){
		"for who waits for Redis": store.DB().Lease, "for who does not": store.Lease,
	} {
		t.Run(name, func(t *testing.T) {
			client.Del(t.Context(), "key")
			l, err := lease(t.Context(), "key", time.Minute)
			if err != nil || l == nil {
				t.Fatal(l, err)
			}
			client.Set(t.Context(), "key", "another", time.Minute)
			if second, err := lease(t.Context(), "key", time.Minute); second != nil || err != nil {
				t.Errorf("a lease that is held was given out: %v, %v", second, err)
			}
			if held, err := l.Renew(t.Context()); held || err != nil {
				t.Errorf("a lease that is another's was renewed: %v, %v", held, err)
			}
			l.Release(t.Context())
			if got := client.Get(t.Context(), "key").Val(); got != "another" {
				t.Errorf("the other's lease is %q", got)
			}
		})
	}
}

func TestWorkEndsWhenItsLeaseIsLost(t *testing.T) {
	server := redistest.Start(t)
	db, client := openStore(t, server.URL()).DB(), server.Client()
	l, err := db.Lease(t.Context(), "key", 30*time.Millisecond)
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	err = l.Hold(t.Context(), func(ctx context.Context) error {
		client.Set(t.Context(), "key", "another", time.Minute)
		<-ctx.Done()
		return nil
	})
	if !errors.Is(err, ErrLeaseLost) {
		t.Errorf("the work ended with %v", err)
	}
}

func TestALeaseThatRedisHasForgottenIsHeldAgain(t *testing.T) {
	server := redistest.Start(t)
	db, client := openStore(t, server.URL()).DB(), server.Client()
	l, err := db.Lease(t.Context(), "key", 30*time.Millisecond)
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	err = l.Hold(t.Context(), func(context.Context) error {
		client.Del(t.Context(), "key")
		redistest.Await(t, "the renewal", func() bool { return client.Get(t.Context(), "key").Val() == l.Holder() })
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
