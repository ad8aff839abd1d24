package store

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestARedisThatFailsIsTriedAgainAndToldOfOnce(t *testing.T) {
	book := &logbook{}
	store, err := OpenRetrying("redis://127.0.0.1:1/0", slog.New(slog.NewTextHandler(book, nil)), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tries, outcome := 0, errors.New("connection refused")
	op := func(context.Context) error { tries++; return outcome }
	redistest.Await(t, "tries", func() bool { _ = store.do(t.Context(), op); return tries == 3*breakAfter })
	if !store.Degraded() || book.count("redis unavailable") != 1 || book.count("connection refused") != 1 {
		t.Errorf("degraded: %v, the log: %s", store.Degraded(), book.text.String())
	}
	outcome = nil
	redistest.Await(t, "its way back", func() bool { return store.do(t.Context(), op) == nil })
	if store.Degraded() || book.count("redis available again") != 1 {
		t.Errorf("degraded: %v, the log: %s", store.Degraded(), book.text.String())
	}
}

func TestAnAskerWhoGivesUpSaysNothingAboutRedis(t *testing.T) {
	store := openStore(t, "")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * breakAfter {
		if _, err := store.Get(gone, "key"); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
	if store.Degraded() {
		t.Error("redis is left alone")
	}
}
