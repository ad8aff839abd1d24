package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"catbot/bot"
	"catbot/cache"
	"catbot/catapi"
	"catbot/demo/fakeslack"
	"catbot/store"
)

// A hanging CAT answers for task 126531 alone, until it is let go.
type hanging struct {
	asked chan string   // the tasks that it leaves waiting
	gate  chan struct{} // closed when it answers again
}

func newHanging() *hanging { return &hanging{make(chan string, 1000), make(chan struct{})} }

func (h *hanging) answer(ctx context.Context, q catapi.Query) (catapi.History, error) {
	if q.Task != "126531" {
		h.asked <- q.Task
		select {
		case <-h.gate:
		case <-ctx.Done():
			return catapi.History{}, ctx.Err()
		}
	}
	return example(ctx, q)
}

// asks sends n questions to h, and returns when all of them wait.
func (h *hanging) asks(t *testing.T, r *testBot, n int) []*fakeslack.Invocation {
	t.Helper()
	var waiting []*fakeslack.Invocation
	for task := range n {
		waiting = append(waiting, r.types(t, fmt.Sprintf("codes %d 2017-05-25", task+1)))
	}
	timeout := time.After(patience)
	for asked := map[string]bool{}; len(asked) < n; { // a question may be of several days, and CAT is asked for each
		select {
		case task := <-h.asked:
			asked[task] = true
		case <-timeout:
			t.Fatalf("%d of %d questions wait for others before they are asked", n-len(asked), n)
		}
	}
	return waiting
}

// answersMeanwhile holds r to answering what needs nothing of CAT.
func (r *testBot) answersMeanwhile(t *testing.T) {
	t.Helper()
	r.reads(t, r.types(t, "help"), "/cat codes")
	r.reads(t, r.types(t, "alias set shop 126531"), "`shop` means task")
	r.reads(t, r.types(t, "digest add daily 09:00 codes 126531 last 24h"), "/cat digest run")
	r.reads(t, r.types(t, "digest list"), "1 digest")
	r.reads(t, r.types(t, "codes 126531 2017-05-25"), "Ping超时")
	r.types(t, "")
	r.form(t, fakeslack.Alice)
}

func TestCATIsAskedInTheOrderOfThePersonWhoAsks(t *testing.T) {
	orders := make(chan catapi.Order, 1)
	r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		orders <- catapi.OrderOf(ctx)
		return example(ctx, q)
	}})
	r.reads(t, r.types(t, "codes 126531 2017-05-25"), "Ping超时")
	if order, want := <-orders, (catapi.Order{Person: fakeslack.Alice}); order != want {
		t.Errorf("CAT is asked as %+v", order)
	}
}

func TestCommandsWithoutCATDoNotWait(t *testing.T) {
	cat := newHanging()
	r := connect(t, setup{workers: 2, kept: true, source: cat.answer, digests: &bot.Digests{}})
	r.reads(t, r.types(t, "codes 126531 2017-05-25"), "Ping超时") // from now on it is kept
	waiting := cat.asks(t, r, 10)
	r.answersMeanwhile(t)
	close(cat.gate)
	for _, i := range waiting {
		r.reads(t, i, "Ping超时")
	}
}

func TestTooManyCommandsWaitingForCATGetBusyMessage(t *testing.T) {
	cat := newHanging()
	r := connect(t, setup{workers: 2, kept: true, source: cat.answer, digests: &bot.Digests{}})
	r.reads(t, r.types(t, "codes 126531 2017-05-25"), "Ping超时")
	waiting := cat.asks(t, r, 400)
	r.reads(t, r.types(t, "codes 500 2017-05-25"), "catbot is busy")
	r.answersMeanwhile(t)
	close(cat.gate)
	for _, i := range waiting {
		r.reads(t, i, "Ping超时")
	}
}

func TestHangingTaskListBlocksNoOtherCommand(t *testing.T) {
	gate := make(chan struct{})
	asked := make(chan struct{}, 10)
	r := connect(t, setup{workers: 1, tasks: func(ctx context.Context) ([]catapi.Task, error) {
		asked <- struct{}{}
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return someTasks(ctx)
	}})
	i := r.types(t, "tasks")
	<-asked
	r.reads(t, r.types(t, "help"), "/cat codes")
	close(gate)
	if m := r.reads(t, i, "3 tasks"); !strings.Contains(string(m.Blocks), "126540") {
		t.Errorf("it reads %s", m.Blocks)
	}
}

// keep makes a cache around a source.
func keep(t *testing.T, of source, log *slog.Logger) *cache.Cache {
	t.Helper()
	store, err := store.Open("", log)
	if err != nil {
		t.Fatal(err)
	}
	kept := cache.New(cache.Settings{
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Source: of, Store: store, Now: time.Now, Log: log,
	})
	t.Cleanup(func() {
		kept.Close()
		_ = store.Close()
	})
	return kept
}
