package catapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRequestsKeepToTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var sent []time.Time
		c := inBubble(t, Config{Rate: 10}, func(*http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, time.Now())
			return respond(okAnswer), nil
		})
		var wg sync.WaitGroup
		start := time.Now()
		for range 50 {
			wg.Go(func() {
				if _, err := c.Agents(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i, at := range sent {
			if earliest := start.Add(time.Duration(i-9) * 100 * time.Millisecond); at.Before(earliest.Add(-time.Millisecond)) {
				t.Errorf("request %d is sent %v after the start", i, at.Sub(start))
			}
		}
		if took := time.Since(start).Round(time.Millisecond); took != 4*time.Second {
			t.Errorf("50 requests took %v", took)
		}
	})
}

func TestEightRequestsAreInFlightAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running := 0
		var mu sync.Mutex
		finish := make(chan struct{})
		c := inBubble(t, Config{Rate: 1000}, func(*http.Request) (*http.Response, error) {
			mu.Lock()
			running++
			mu.Unlock()
			<-finish
			mu.Lock()
			running--
			mu.Unlock()
			return respond(okAnswer), nil
		})
		q := morning
		q.End = q.Begin.AddDate(0, 0, 10) // ten pieces, beside the calls
		var wg sync.WaitGroup
		wg.Go(func() { c.ReturnCodeHistory(t.Context(), q) })
		for range 20 {
			wg.Go(func() { c.Agents(t.Context()) })
		}
		for range 22 {
			synctest.Wait()
			if running != 8 {
				t.Errorf("%d requests in flight", running)
			}
			finish <- struct{}{}
		}
		close(finish)
		wg.Wait()
	})
}

func TestAQueueIsNotWaitedInForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan struct{})
		var observed atomic.Int32
		c := inBubble(t, Config{Observe: func(string, time.Duration) { observed.Add(1) }}, func(*http.Request) (*http.Response, error) {
			<-finish
			return respond(okAnswer), nil
		})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { c.Agents(t.Context()) })
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Agents(ctx)
		if lost, ok := errors.AsType[*TransportError](err); !ok || lost.Op != opTurn || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended in %v", err)
		}
		if observed.Load() > 0 {
			t.Error("a request is observed that was not sent")
		}
		close(finish)
		wg.Wait()
	})
}

func TestARateThatLeavesNoTimeIsSaidAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{Rate: 0.1}, func(*http.Request) (*http.Response, error) { return respond(okAnswer), nil })
		if _, err := c.Agents(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := c.Agents(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("ended in %v after %v", err, time.Since(start))
		}
	})
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	api := newFakeAPI(t, func(w http.ResponseWriter, r *http.Request) {
		line := []byte(strings.Repeat(" ", 4096))
		for r.Context().Err() == nil {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	})
	c, _ := newTestClient(t, Config{URL: api.URL, MaxResponse: 1 << 20, Timeout: 5 * time.Second})
	if _, err := c.Agents(t.Context()); !errors.Is(err, errTooLarge) {
		t.Errorf("ended in %v", err)
	}
}
