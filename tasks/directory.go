// Package tasks holds the names of tasks: those of CAT, and the aliases that people set. They are in memory, so reading
// them does not wait; Run updates them.
package tasks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
	"catbot/store"
)

const (
	// Prefix begins every key of this package, in each space and in versions without spaces.
	Prefix = "catbot:{names"
	// MaxAliases bounds the aliases of an installation, for the sake of help and the parser.
	MaxAliases = 500

	aliasesEvery = 3 * time.Second
	stepTime     = 5 * time.Second
)

// Errors of a Directory.
var (
	ErrFull    = fmt.Errorf("there are %d aliases, the most allowed", MaxAliases)
	ErrUnknown = errors.New("there is no such alias")
)

// A Lister lists the tasks of one of CAT's APIs.
type Lister func(context.Context) ([]catapi.Task, error)

// A Config is what a Directory needs. All fields are needed.
type Config struct {
	// Space names the installation, as in digest.Store.
	Space   string
	DB      *store.DB
	Listers []Lister
	Now     func() time.Time
	Log     *slog.Logger
}

// A Directory holds the names of tasks, for all replicas that share its Redis.
type Directory struct {
	Config
	aliases      atomic.Pointer[map[string]string]
	sources      []*source               // one for each lister
	tasks        atomic.Pointer[listing] // those of all sources
	joinMu       sync.Mutex              // held while tasks is made
	index        atomic.Pointer[Index]   // of tasks and aliases
	indexMu      sync.Mutex              // held while index is made
	refreshTasks chan struct{}           // of capacity one: the tasks should be listed again
	copied       map[string]string       // the aliases of earlier versions as last copied; Run alone uses it
	started      time.Time
}

// New makes a directory without names.
func New(c Config) *Directory {
	d := &Directory{Config: c, refreshTasks: make(chan struct{}, 1), started: c.Now()}
	d.tasks.Store(&listing{})
	d.index.Store(&Index{})
	for _, lister := range c.Listers {
		d.sources = append(d.sources, &source{list: lister})
	}
	return d
}

// Run updates the directory until ctx is done. Tasks are listed when their names are asked for.
func (d *Directory) Run(ctx context.Context) {
	ticker := time.NewTicker(aliasesEvery)
	defer ticker.Stop()
	ok, listed := true, true
	for {
		err := d.refresh(ctx)
		if err != nil && ok && ctx.Err() == nil && !errors.Is(err, store.ErrUnavailable) { // the store logs it
			d.Log.Warn("reading aliases failing", "error", err)
		}
		ok = err == nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-d.refreshTasks:
			_, err := d.Tasks(catapi.Background(ctx))
			// Logged once: an installation with one API alone always gets the other's refusal.
			if err != nil && listed && ctx.Err() == nil {
				d.Log.Warn("listing tasks failed", "error", err)
			}
			listed = err == nil
		}
	}
}

// refresh reads the aliases, and copies those of earlier versions first.
func (d *Directory) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if err := d.migrate(ctx); err != nil {
		return fmt.Errorf("copying aliases of earlier versions: %w", err)
	}
	_, err := d.List(ctx)
	return err
}

// Aliases returns the tasks' ids by alias, as of a few seconds ago.
func (d *Directory) Aliases() map[string]string {
	if aliases := d.aliases.Load(); aliases != nil {
		return *aliases
	}
	return nil
}

// List reads the aliases from Redis.
func (d *Directory) List(ctx context.Context) (map[string]string, error) {
	aliases, err := d.DB.HGetAll(ctx, d.aliasesKey()).Result()
	if err != nil {
		return nil, fmt.Errorf("reading the aliases: %w", err)
	}
	if old := d.aliases.Swap(&aliases); old == nil || !maps.Equal(*old, aliases) {
		d.updateIndex()
	}
	return aliases, nil
}

// aliasesKey is a hash: task by alias.
func (d *Directory) aliasesKey() string { return Prefix + "|" + d.Space + "}:v1:aliases" }

// setAlias: KEYS aliases; ARGV name, task, most.
var setAlias = redis.NewScript(`
if redis.call("hexists", KEYS[1], ARGV[1]) == 0 and redis.call("hlen", KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call("hset", KEYS[1], ARGV[1], ARGV[2])
return 1`)

// Set makes name an alias of task, and replaces what it stood for.
func (d *Directory) Set(ctx context.Context, name, task string) error {
	done, err := setAlias.Run(ctx, d.DB, []string{d.aliasesKey()}, name, task, MaxAliases).Int()
	switch {
	case err != nil:
		return fmt.Errorf("storing an alias: %w", err)
	case done == 0:
		return ErrFull
	}
	return d.saved(ctx)
}

// Remove deletes the alias name and returns its task.
func (d *Directory) Remove(ctx context.Context, name string) (task string, err error) {
	task, err = d.DB.HGet(ctx, d.aliasesKey(), name).Result()
	if errors.Is(err, redis.Nil) {
		return "", ErrUnknown
	}
	if err != nil {
		return "", fmt.Errorf("reading an alias: %w", err)
	}
	if err := d.DB.HDel(ctx, d.aliasesKey(), name).Err(); err != nil {
		return "", fmt.Errorf("removing an alias: %w", err)
	}
	return task, d.saved(ctx)
}

// saved makes a change durable and known to this replica at once. Others read it within seconds.
func (d *Directory) saved(ctx context.Context) error {
	if err := d.DB.Sync(ctx); err != nil {
		return fmt.Errorf("saving the aliases: %w", err)
	}
	_, err := d.List(ctx)
	return err
}
