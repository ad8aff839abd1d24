// Package tasks knows what tasks are called: by the API, and by people who have given them names of their own. What is known is
// kept in memory, so that nobody waits for it, and brought up to date by Run.
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
	// Prefix begins every key of this package, in whatever space, those of versions before there were spaces too.
	Prefix = "catbot:{names"
	// MaxAliases bounds what people may set, so that help and the parser stay quick.
	MaxAliases = 500

	aliasesEvery = 3 * time.Second
	stepTime     = 5 * time.Second
)

// Errors of a Directory.
var (
	ErrFull    = fmt.Errorf("there are %d aliases, and no room for more", MaxAliases)
	ErrUnknown = errors.New("there is no such alias")
)

// A Lister lists the tasks of one of CAT's APIs.
type Lister func(context.Context) ([]catapi.Task, error)

// A Config is what a Directory is made of. All fields are needed.
type Config struct {
	// Space names the installation whose aliases these are, as digest.Store's does.
	Space   string
	DB      *store.DB
	Listers []Lister
	Now     func() time.Time
	Log     *slog.Logger
}

// A Directory is what is known, for all replicas that share its Redis.
type Directory struct {
	Config
	aliases atomic.Pointer[map[string]string]
	sources []*source               // one of each lister
	tasks   atomic.Pointer[listing] // those of all sources
	joining sync.Mutex              // for who makes it
	index   atomic.Pointer[Index]   // of tasks and aliases
	sorting sync.Mutex              // for who makes it
	asked   chan struct{}           // has room for one: the tasks should be listed anew
	old     map[string]string       // the aliases of earlier versions as they were last taken over; Run alone uses it
	began   time.Time
}

// New makes a directory that knows nothing yet.
func New(c Config) *Directory {
	d := &Directory{Config: c, asked: make(chan struct{}, 1), began: c.Now()}
	d.tasks.Store(&listing{})
	d.index.Store(&Index{})
	for _, lister := range c.Listers {
		d.sources = append(d.sources, &source{list: lister})
	}
	return d
}

// Run keeps the directory up to date until ctx is done. Tasks are listed when somebody wants to know their names.
func (d *Directory) Run(ctx context.Context) {
	ticker := time.NewTicker(aliasesEvery)
	defer ticker.Stop()
	well, listed := true, true
	for {
		err := d.refresh(ctx)
		if err != nil && well && ctx.Err() == nil && !errors.Is(err, store.ErrUnavailable) { // of which the cache tells
			d.Log.Warn("the names of tasks can't be read", "error", err)
		}
		well = err == nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-d.asked:
			_, err := d.Tasks(catapi.Background(ctx))
			if err != nil && listed && ctx.Err() == nil { // said once: who uses one API alone has the other's refusal for ever
				d.Log.Warn("not all tasks can be listed", "error", err)
			}
			listed = err == nil
		}
	}
}

// refresh reads the aliases, those of earlier versions too.
func (d *Directory) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if err := d.adopt(ctx); err != nil {
		return fmt.Errorf("taking over the aliases of earlier versions: %w", err)
	}
	_, err := d.List(ctx)
	return err
}

// Aliases are the names that people have given to tasks, as they were seconds ago.
func (d *Directory) Aliases() map[string]string {
	if known := d.aliases.Load(); known != nil {
		return *known
	}
	return nil
}

// List reads the aliases.
func (d *Directory) List(ctx context.Context) (map[string]string, error) {
	known, err := d.DB.HGetAll(ctx, d.aliasesKey()).Result()
	if err != nil {
		return nil, fmt.Errorf("reading the aliases: %w", err)
	}
	if old := d.aliases.Swap(&known); old == nil || !maps.Equal(*old, known) {
		d.sort()
	}
	return known, nil
}

// aliasesKey is a hash: task by name.
func (d *Directory) aliasesKey() string { return Prefix + "|" + d.Space + "}:v1:aliases" }

// setAlias: KEYS aliases; ARGV name, task, most.
var setAlias = redis.NewScript(`
if redis.call("hexists", KEYS[1], ARGV[1]) == 0 and redis.call("hlen", KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call("hset", KEYS[1], ARGV[1], ARGV[2])
return 1`)

// Set lets name stand for task from now on; what it stood for before is forgotten.
func (d *Directory) Set(ctx context.Context, name, task string) error {
	done, err := setAlias.Run(ctx, d.DB, []string{d.aliasesKey()}, name, task, MaxAliases).Int()
	switch {
	case err != nil:
		return fmt.Errorf("keeping an alias: %w", err)
	case done == 0:
		return ErrFull
	}
	return d.changed(ctx)
}

// Remove takes name back and returns the task that it stood for.
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
	return task, d.changed(ctx)
}

// changed lets this replica know at once what others learn within seconds.
func (d *Directory) changed(ctx context.Context) error {
	if err := d.DB.Sync(ctx); err != nil {
		return fmt.Errorf("keeping the aliases: %w", err)
	}
	_, err := d.List(ctx)
	return err
}
