package digest

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/commands"
	"catbot/store"
	"catbot/store/redistest"
)

const (
	// atNine is the schedule of digests that are due every day at nine.
	atNine = "daily 09:00 tz Asia/Shanghai"
	// onceAYear is the schedule of digests that are not due for a year.
	onceAYear = `cron "0 21 22 11 *" tz Asia/Shanghai`
)

// many is an engine with n digests, 50 in a channel.
func many(b *testing.B, n int, schedule func(n int) string) (*Engine, *clock) {
	b.Helper()
	store, err := store.Open(redistest.Start(b).URL(), noLog)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	now := &clock{now: start}
	book := &Store{
		Space: "T0OPS.U0CATBOT",
		DB:    store.DB(), Now: now.Now,
		Read: language.Parse,
	}
	for n := range n {
		command, err := language.Parse(fmt.Sprintf("digest add %s in <#C%d> codes 126531 last 24h", schedule(n), n/MaxPerChannel), start)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := book.Add(b.Context(), rand.Text(), fmt.Sprintf("U%d", n%1000), command.(commands.DigestAdd)); err != nil {
			b.Fatal(err)
		}
	}
	return New(Config{Store: book, CatchUp: time.Hour, Observe: func(string, int) {}, Log: slog.New(slog.DiscardHandler), Now: now.Now}), now
}

// always is for digests that all have the same schedule.
func always(schedule string) func(int) string { return func(int) string { return schedule } }

// BenchmarkTickOf100000 ticks with 100,000 digests, of which 1,000 are due at nine.
func BenchmarkTickOf100000(b *testing.B) {
	const all, dueAtOnce = 100_000, 1_000
	e, now := many(b, all, func(n int) string {
		if n < dueAtOnce {
			return atNine
		}
		return onceAYear
	})
	now.to(start.Add(11*time.Second).AddDate(0, 0, -1))
	b.Run("nothing due", func(b *testing.B) {
		for b.Loop() {
			if err := e.tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one due", func(b *testing.B) {
		id, yesterday := e.oneOf(b), start.Add(10*time.Second).AddDate(0, 0, -1)
		e.CatchUp = 48 * time.Hour
		defer func() { e.CatchUp = time.Hour }()
		for b.Loop() {
			if err := e.Store.DB.ZAdd(b.Context(), e.Store.dueKey(), redis.Z{Score: float64(yesterday.Unix()), Member: id}).Err(); err != nil {
				b.Fatal(err)
			}
			if err := e.tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("1000 due at once", func(b *testing.B) {
		opened := 0
		e.Observe = func(event string, n int) {
			if event == EventDue {
				opened += n
			}
		}
		for b.Loop() {
			now.pass(24 * time.Hour)
			if err := e.tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		if opened != b.N*dueAtOnce {
			b.Fatalf("%d slots opened in %d ticks", opened, b.N)
		}
	})
}

// BenchmarkTickAfterAWeekDown is the first tick after a standstill: 500 digests of a cron expression for every 5 minutes.
func BenchmarkTickAfterAWeekDown(b *testing.B) {
	e, now := many(b, 500, always(`cron "*/5 * * * *" tz Asia/Shanghai`))
	weeks := 0
	for b.Loop() {
		weeks++
		now.to(start.AddDate(0, 0, 7*weeks))
		if err := e.tick(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// oneOf returns the id of some digest.
func (e *Engine) oneOf(b *testing.B) string {
	ids, err := e.Store.DB.ZRange(b.Context(), e.Store.dueKey(), 0, 0).Result()
	if err != nil || len(ids) == 0 {
		b.Fatal("no digest", err)
	}
	return ids[0]
}

func BenchmarkListOf10000(b *testing.B) {
	e, _ := many(b, 10_000, always(atNine))
	for b.Loop() {
		if all, err := e.Store.List(b.Context(), "U5", "C7"); err != nil || len(all) != MaxPerChannel+10 {
			b.Fatal(len(all), err)
		}
	}
}
