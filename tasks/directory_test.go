package tasks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/store"
	"catbot/store/redistest"
)

var noLog = slog.New(slog.NewTextHandler(io.Discard, nil))

// open makes a directory on the Redis at url.
func open(t *testing.T, url string, listers ...Lister) *Directory {
	t.Helper()
	store, err := store.Open(url, noLog)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return New(Config{Space: "T0OPS.U0CATBOT", DB: store.DB(), Listers: listers, Now: time.Now, Log: noLog})
}

func TestSetAndRemoveAlias(t *testing.T) {
	server := redistest.Start(t)
	here, there := open(t, server.URL()), open(t, server.URL())
	ctx := t.Context()
	if err := here.Set(ctx, "shop", "126531"); err != nil {
		t.Fatal(err)
	}
	if here.Aliases()["shop"] != "126531" {
		t.Error("who set it does not know it at once")
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	go there.Run(running)
	timeout := time.After(20 * time.Second)
	for there.Aliases()["shop"] != "126531" {
		select {
		case <-timeout:
			t.Fatal("another replica never knows it")
		case <-time.After(10 * time.Millisecond):
		}
	}
	if task, err := there.Remove(ctx, "shop"); err != nil || task != "126531" {
		t.Errorf("%s, %v", task, err)
	}
	if _, err := here.Remove(ctx, "shop"); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestNumberOfAliasesIsLimited(t *testing.T) {
	d := open(t, "")
	for n := range MaxAliases {
		if err := d.Set(t.Context(), fmt.Sprint("name", n), "1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Set(t.Context(), "more", "1"); !errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
	if err := d.Set(t.Context(), "name7", "2"); err != nil || d.Aliases()["name7"] != "2" {
		t.Errorf("a known name is not set anew: %v", err)
	}
}

func TestTasksAreListedOnceAndWithOneAPI(t *testing.T) {
	var calls atomic.Int64
	gone := errors.New("the line is cut")
	fine := func(context.Context) ([]catapi.Task, error) {
		calls.Add(1)
		return []catapi.Task{{ID: "2", Name: "b"}, {ID: "1", Name: "a", Target: "Shop.example.com"}}, nil
	}
	d := open(t, "", fine)
	for range 3 {
		if tasks, err := d.Tasks(t.Context()); err != nil || len(tasks) != 2 || tasks[0].ID != "1" {
			t.Fatalf("%v, %v", tasks, err)
		}
	}
	if calls.Load() != 1 || d.TaskName("2") != "b" || d.TaskName("3") != "" {
		t.Errorf("%d calls, %q", calls.Load(), d.TaskName("2"))
	}
	half := open(t, "", fine, func(context.Context) ([]catapi.Task, error) { return nil, gone })
	if tasks, err := half.Tasks(t.Context()); !errors.Is(err, gone) || len(tasks) != 2 {
		t.Errorf("%v, %v", tasks, err)
	}
}

func TestFailingAPIKeepsTasksOfOther(t *testing.T) {
	now := time.Now()
	asked := make(chan struct{}, 1)
	var gone error
	newer := []catapi.Task{{ID: "task-1", Name: "a"}}
	d := open(t, "",
		func(ctx context.Context) ([]catapi.Task, error) {
			select {
			case <-asked: // the other API, which does not wait for this one
				return []catapi.Task{{ID: "126531", Name: "b"}}, gone
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
		func(context.Context) ([]catapi.Task, error) {
			asked <- struct{}{}
			return newer, nil
		})
	d.Now = func() time.Time { return now }
	if tasks, err := d.Tasks(t.Context()); err != nil || len(tasks) != 2 {
		t.Errorf("%v, %v", tasks, err)
	}
	gone, now = errors.New("the line is cut"), now.Add(time.Hour)
	newer = append(newer, catapi.Task{ID: "task-2", Name: "c"})
	if tasks, err := d.Tasks(t.Context()); !errors.Is(err, gone) || len(tasks) != 3 || d.TaskName("126531") != "b" ||
		d.TaskName("task-2") != "c" {
		t.Errorf("%v, %v", tasks, err)
	}
}

func TestHangingAPIKeepsTasksOfOther(t *testing.T) {
	answer := make(chan struct{})
	d := open(t, "",
		func(context.Context) ([]catapi.Task, error) {
			<-answer
			return []catapi.Task{{ID: "126531", Name: "b"}}, nil
		},
		func(context.Context) ([]catapi.Task, error) { return []catapi.Task{{ID: "task-1", Name: "a"}}, nil })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for d.TaskName("task-1") == "" {
			runtime.Gosched()
		}
		cancel()
	}()
	if tasks, err := d.Tasks(ctx); !errors.Is(err, context.Canceled) || len(tasks) != 1 || tasks[0].ID != "task-1" {
		t.Errorf("%v, %v", tasks, err)
	}
	close(answer) // what comes late is there for who asks next
	if tasks, err := d.Tasks(t.Context()); err != nil || len(tasks) != 2 {
		t.Errorf("%v, %v", tasks, err)
	}
}

func TestListIsKeptDuringOutage(t *testing.T) {
	fails := false
	now := time.Now()
	d := open(t, "", func(context.Context) ([]catapi.Task, error) {
		if fails {
			return nil, errors.New("the line is cut")
		}
		return []catapi.Task{{ID: "1", Name: "a"}}, nil
	})
	d.Now = func() time.Time { return now }
	if _, err := d.Tasks(t.Context()); err != nil {
		t.Fatal(err)
	}
	fails, now = true, now.Add(time.Hour)
	if tasks, err := d.Tasks(t.Context()); err == nil || len(tasks) != 1 || d.TaskName("1") != "a" {
		t.Errorf("%v, %v", tasks, err)
	}
}

func TestFindByNameTargetIDOrAlias(t *testing.T) {
	tasks := []catapi.Task{
		{ID: "126531", Name: "官网 Ping", Target: "www.example.com"},
		{ID: "task-ab12cd34", Name: "Shop", Target: "shop.example.com"},
	}
	for text, want := range map[string]string{
		"官网": "126531", "SHOP": "task-ab12cd34", "www": "126531", "ab12": "task-ab12cd34", "front": "126531",
		"": "126531 task-ab12cd34", "zzz": "",
	} {
		var ids []string
		for found := range NewIndex(tasks, map[string]string{"front": "126531"}).Find(text) {
			ids = append(ids, found.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q finds %q", text, got)
		}
	}
}

func TestNameMatchesWholeNameBeforePart(t *testing.T) {
	index := NewIndex([]catapi.Task{
		{ID: "126531", Name: "官网 Ping", Target: "www.example.com"}, {ID: "1", Name: "商城", Target: "https://shop.example.com/"},
		{ID: "2", Name: "商城 下单", Target: "https://shop.example.com/checkout"},
		{ID: "3", Name: "v1", Target: "https://api.example.com/v1"}, {ID: "4", Name: "v2", Target: "https://api.example.com/v2"},
	}, map[string]string{"front": "126531"})
	for _, tc := range []struct {
		name, typed string
		whole       bool
		want        string
	}{
		{"its name, and not what holds it", "商城", false, "1"},
		{"an address without its scheme", "SHOP.example.com", true, "1"},
		{"a host", "api.example.com", true, "3 4"},
		{"an address", "https://shop.example.com/", true, "1"},
		{"an address with a path", "shop.example.com/checkout", true, "2"},
		{"an alias", "front", true, "126531"},
		{"a part of a name", "下单", false, "2"},
		{"a part where the whole is needed", "下单", true, ""},
		{"nothing", "", false, ""},
		{"a scheme alone", "https://", false, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var ids []string
			for _, task := range index.Named(tc.typed, tc.whole) {
				ids = append(ids, task.ID)
			}
			if got := strings.Join(ids, " "); got != tc.want {
				t.Errorf("%q is %q, want %q", tc.typed, got, tc.want)
			}
		})
	}
}

func TestExampleIsExistingTask(t *testing.T) {
	d := open(t, "", func(context.Context) ([]catapi.Task, error) {
		return []catapi.Task{{ID: "1", Name: "a"}, {ID: "2", Name: "b"}}, nil
	})
	if id := d.Example(); id != "" {
		t.Errorf("%q before any is known", id)
	}
	if _, err := d.Tasks(t.Context()); err != nil || d.Example() != "1" {
		t.Errorf("%q, %v", d.Example(), err)
	}
	if err := errors.Join(d.Set(t.Context(), "gone", "9"), d.Set(t.Context(), "shop", "2")); err != nil ||
		d.Example() != "2" {
		t.Errorf("%q, %v", d.Example(), err)
	}
}

func TestPanickingListerDoesNotStopOthers(t *testing.T) {
	d := open(t, "", func(context.Context) ([]catapi.Task, error) { panic("a mistake in the code") },
		func(context.Context) ([]catapi.Task, error) { return []catapi.Task{{ID: "1", Name: "a"}}, nil })
	tasks, err := d.Tasks(t.Context())
	if _, panicked := errors.AsType[*catapi.PanicError](err); !panicked || len(tasks) != 1 {
		t.Errorf("%v, %v", tasks, err)
	}
}

func TestAliasesArePerInstallationAndMigrated(t *testing.T) {
	server := redistest.Start(t)
	here, there := open(t, server.URL()), open(t, server.URL())
	there.Space = "T0OTHER.U0CATBOT"
	ctx := t.Context()
	if err := here.DB.HSet(ctx, oldAliases, "shop", "126531").Err(); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*Directory{here, there} {
		if err := d.refresh(ctx); err != nil || d.Aliases()["shop"] != "126531" {
			t.Fatalf("aliases %v, %v", d.Aliases(), err)
		}
	}
	if _, err := here.Remove(ctx, "shop"); err != nil {
		t.Fatal(err)
	}
	if err := here.Set(ctx, "bank", "126540"); err != nil {
		t.Fatal(err)
	}
	again := open(t, server.URL()) // the next start
	if err := again.refresh(ctx); err != nil || len(again.Aliases()) != 1 || again.Aliases()["bank"] != "126540" {
		t.Errorf("after a restart: %v, %v", again.Aliases(), err)
	}
	if err := there.refresh(ctx); err != nil || len(there.Aliases()) != 1 || there.Aliases()["shop"] != "126531" {
		t.Errorf("the other installation knows %v, %v", there.Aliases(), err)
	}
}

func TestMigrationIncludesAliasesOfOldReplicas(t *testing.T) {
	server := redistest.Start(t)
	ctx := t.Context()
	here := open(t, server.URL())
	old := func(name, task string) {
		t.Helper()
		if err := here.DB.HSet(ctx, oldAliases, name, task).Err(); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what string, want map[string]string) {
		t.Helper()
		for _, d := range []*Directory{here, open(t, server.URL())} { // one that has run for a while, and one that starts
			for range 2 {
				if err := d.refresh(ctx); err != nil || !maps.Equal(d.Aliases(), want) {
					t.Errorf("%s: %v, %v, want %v", what, d.Aliases(), err, want)
				}
			}
		}
	}
	want("at the start", map[string]string{})
	old("shop", "126531")
	want("set meanwhile", map[string]string{"shop": "126531"})
	old("shop", "126532")
	want("changed meanwhile", map[string]string{"shop": "126532"})
	if err := here.Set(ctx, "shop", "126540"); err != nil {
		t.Fatal(err)
	}
	want("set here since", map[string]string{"shop": "126540"})
	old("shop", "126533")
	want("set here, and changed by the earlier version", map[string]string{"shop": "126540"})
	if _, err := here.Remove(ctx, "shop"); err != nil {
		t.Fatal(err)
	}
	want("removed here", map[string]string{})
	old("at", "126550")
	want("another name", map[string]string{"at": "126550"})
}

func TestRemovedAliasesAreNotMigratedAgain(t *testing.T) {
	d := open(t, redistest.Start(t).URL())
	ctx := t.Context()
	set := d.DB.HSet(ctx, oldAliases, "shop", "126531").Err()
	if err := errors.Join(set, d.DB.HSet(ctx, d.migratedKey(), "at", 1795424400).Err()); err != nil {
		t.Fatal(err)
	}
	if err := d.refresh(ctx); err != nil || len(d.Aliases()) != 0 {
		t.Errorf("%v, %v", d.Aliases(), err)
	}
	if err := d.DB.HSet(ctx, oldAliases, "bank", "126540").Err(); err != nil {
		t.Fatal(err)
	}
	if err := d.refresh(ctx); err != nil || len(d.Aliases()) != 1 {
		t.Errorf("%v, %v", d.Aliases(), err)
	}
}

// A person may wait for a list of the same API: the lists that Run wants must not go before it.
func TestRunListsTasksInTheBackground(t *testing.T) {
	background := make(chan bool, 1)
	d := open(t, "", func(ctx context.Context) ([]catapi.Task, error) {
		background <- catapi.OrderOf(ctx).Background
		return nil, nil
	})
	d.TaskName("126531") // not known, so Run lists the tasks
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	if !<-background {
		t.Error("the tasks are listed as if a person waited for them")
	}
	stop()
	<-done
	if _, err := open(t, "", func(ctx context.Context) ([]catapi.Task, error) {
		background <- catapi.OrderOf(ctx).Background
		return nil, nil
	}).Tasks(t.Context()); err != nil || <-background {
		t.Errorf("a person's list waits behind those of the background: %v", err)
	}
}
