package store

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestALostRedisIsToldOfOnceWhoeverMeetsWithIt(t *testing.T) {
	server := redistest.Start(t)
	book := &logbook{}
	store, err := OpenRetrying(server.URL(), slog.New(slog.NewTextHandler(book, nil)), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx := t.Context()
	if err := store.DB().Ping(ctx).Err(); err != nil || store.Degraded() {
		t.Fatalf("%v, degraded: %v", err, store.Degraded())
	}
	server.Kill()
	for range 5 {
		if err := store.DB().Ping(ctx).Err(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("one who can't do without hears %v", err)
		}
		pipe := store.DB().TxPipeline()
		one := pipe.Get(ctx, "key")
		if _, err := pipe.Exec(ctx); !errors.Is(err, ErrUnavailable) || !errors.Is(one.Err(), ErrUnavailable) {
			t.Errorf("one with several wishes hears %v, and of the first %v", err, one.Err())
		}
		_, _ = store.Get(ctx, "key")
	}
	if !store.Degraded() || book.count("redis unavailable") != 1 {
		t.Errorf("degraded: %v, the log: %s", store.Degraded(), book.text.String())
	}
	server.Restart()
	redistest.Await(t, "its way back", func() bool { return store.DB().Ping(ctx).Err() == nil && !store.Degraded() })
	if book.count("redis unavailable") != 1 || book.count("redis available again") != 1 {
		t.Errorf("the log: %s", book.text.String())
	}
}

func TestWhatRedisAnswersOrNobodyWaitsForIsNoLoss(t *testing.T) {
	store := openStore(t, "")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, end := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer end()
	for range 2 * breakAfter {
		for name, err := range map[string]error{
			"a refusal":             store.DB().EvalSha(t.Context(), "0000", nil).Err(),
			"a key that is not":     store.DB().Get(t.Context(), "none").Err(),
			"an asker who left":     store.DB().Ping(gone).Err(),
			"an asker without time": store.DB().Ping(late).Err(),
		} {
			if err == nil || errors.Is(err, ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if store.Degraded() {
		t.Error("redis counts as away")
	}
}
