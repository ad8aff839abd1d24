package digest

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/hibiken/asynq"
)

func TestTheQueueOfEarlierVersionsGoesWithTheLastOfTheirReplicas(t *testing.T) {
	d := newTestEngine(t)
	server := asynq.NewServerFromRedisClient(d.Store.DB, asynq.Config{
		Queues: map[string]int{oldQueue: 1}, LogLevel: asynq.FatalLevel, Concurrency: 1,
	})
	worked := make(chan struct{}, 1)
	if err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { worked <- struct{}{}; return nil })); err != nil {
		t.Fatal(err)
	}
	enqueue := func(options ...asynq.Option) {
		t.Helper()
		options = append(options, asynq.Queue(oldQueue), asynq.Retention(time.Hour))
		if _, err := d.queue.Enqueue(asynq.NewTask(taskType, []byte("k7m2@2026-11-23T09:00 Asia/Shanghai")), options...); err != nil {
			t.Fatal(err)
		}
	}
	enqueue()
	<-worked
	enqueue(asynq.ProcessIn(time.Hour))
	for end := time.Now().Add(20 * time.Second); ; runtime.Gosched() {
		if servers, err := d.inspector.Servers(); err != nil || time.Now().After(end) {
			t.Fatalf("the earlier replica is not seen: %v", err)
		} else if len(servers) > 0 {
			break
		}
	}
	old := func() []string { return d.Store.DB.Keys(t.Context(), oldQueueKeys+"*").Val() }
	d.migrateAll()
	if tasks, err := d.inspector.ListScheduledTasks(oldQueue); err != nil || len(tasks) != 1 {
		t.Fatalf("while an earlier replica works on it, it holds %d tasks, %v", len(tasks), err)
	}
	server.Shutdown()
	d.migrateAll()
	if keys := old(); len(keys) != 0 || d.Store.DB.SIsMember(t.Context(), asynqQueues, oldQueue).Val() {
		t.Errorf("left: %v", keys)
	}
	d.migrateAll() // another replica, or the next start
}
