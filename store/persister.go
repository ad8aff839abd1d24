package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/redis/go-redis/v9"
)

const (
	// dataFile is the file in DATA_DIR with the saved keys of an embedded Redis.
	dataFile = "catbot.data"
	// dumpTimeout bounds reading the keys from the embedded Redis.
	dumpTimeout = 10 * time.Second
)

// A persister saves keys of an embedded Redis to a file. Callers that wait at the same time share one write.
type persister struct {
	dir      string
	prefixes []string // of the keys that are saved
	client   redis.UniversalClient
	lock     *flock.Flock
	log      *slog.Logger

	wakeup  chan struct{} // has room for one: more wishes at once are one
	done    chan struct{}
	writing sync.WaitGroup

	mu      sync.Mutex
	waiting []chan error
}

// PersistTo loads the keys with the given prefixes from a file in dir, and makes Sync save them there.
// Keys with less than a minute to live are left out. It must be called before the Store is used,
// and does nothing if Redis is a server, which has its own persistence.
//
// A damaged file is renamed and logged, and nothing is read from it.
func (s *Store) PersistTo(dir string, prefixes ...string) error {
	if s.embedded == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	d := &persister{
		dir: dir, prefixes: prefixes, client: s.client, log: s.log, wakeup: make(chan struct{}, 1),
		done: make(chan struct{}),
		lock: flock.New(filepath.Join(dir, "catbot.lock")),
	}
	switch locked, err := d.lock.TryLock(); {
	case err != nil:
		return fmt.Errorf("locking the data directory: %w", err)
	case !locked:
		return fmt.Errorf("the data directory %s is used by another catbot", dir)
	}
	d.removeLeftovers()
	if err := d.load(); err != nil {
		_ = d.lock.Unlock()
		return err
	}
	s.persister = d
	d.writing.Go(d.run)
	return nil
}

// Durable reports whether data survives the end of this process once Sync has returned.
func (s *Store) Durable() bool { return s.embedded == nil || s.persister != nil }

// Sync returns when all earlier writes survive the end of this process. It does nothing for a Redis server, whose
// configuration decides, and for an embedded Redis without PersistTo.
func (s *Store) Sync(ctx context.Context) error {
	if s.persister == nil {
		return nil
	}
	written := make(chan error, 1)
	s.persister.mu.Lock()
	s.persister.waiting = append(s.persister.waiting, written)
	s.persister.mu.Unlock()
	select {
	case s.persister.wakeup <- struct{}{}:
	default:
	}
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		return fmt.Errorf("saving data: %w", ctx.Err())
	}
}

// run saves whenever a caller waits, until close. It saves once more for callers that wait then.
func (d *persister) run() {
	for {
		select {
		case <-d.done:
			d.flush()
			return
		case <-d.wakeup:
			d.flush()
		}
	}
}

// flush saves once for all waiting callers.
func (d *persister) flush() {
	d.mu.Lock()
	waiting := d.waiting
	d.waiting = nil
	d.mu.Unlock()
	if len(waiting) == 0 {
		return
	}
	err := d.save()
	if err != nil {
		d.log.Error("saving data failed", "error", err)
	}
	for _, w := range waiting {
		w <- err
	}
}

// close ends run. No call of Sync may be in progress.
func (d *persister) close() {
	close(d.done)
	d.writing.Wait()
	_ = d.lock.Unlock()
}

func (d *persister) path() string { return filepath.Join(d.dir, dataFile) }

// load restores the keys of the embedded Redis from the file.
func (d *persister) load() error {
	text, err := os.ReadFile(d.path())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading saved data: %w", err)
	}
	saved, err := decodeDump(text)
	if err != nil {
		return d.setAside(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), dumpTimeout)
	defer cancel()
	if err := saved.restore(ctx, d.client); err != nil {
		return fmt.Errorf("restoring the embedded redis: %w", err)
	}
	d.log.Info("saved data loaded", "file", d.path(), "keys", saved.count()+saved.Expiring.count())
	return nil
}

// setAside renames a damaged file. If that fails it returns an error, because the next save would overwrite the file.
func (d *persister) setAside(why error) error {
	aside := d.path() + time.Now().UTC().Format(".damaged-20060102T150405.000000000Z")
	if err := os.Rename(d.path(), aside); err != nil {
		return fmt.Errorf("the file %s is damaged (%w) and can't be renamed: %w", d.path(), why, err)
	}
	d.log.Error("data file is damaged: renamed it, starting without digests and aliases",
		"file", d.path(), "renamed", aside, "error", why)
	return nil
}

// save replaces the file in one step.
func (d *persister) save() error {
	ctx, cancel := context.WithTimeout(context.Background(), dumpTimeout)
	defer cancel()
	now, err := readDump(ctx, d.client, d.prefixes)
	if err != nil {
		return fmt.Errorf("reading the embedded redis: %w", err)
	}
	text, err := now.encode()
	if err != nil {
		return err
	}
	if err := writeFile(d.path(), text); err != nil {
		return fmt.Errorf("writing data: %w", err)
	}
	return nil
}

// newMark follows the final name in the name of a file that is being written.
const newMark = ".new-"

// removeLeftovers removes the temporary files of a process that was killed during a write.
// The lock must be held, so that no other process writes.
func (d *persister) removeLeftovers() {
	entries, err := os.ReadDir(d.dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), dataFile+newMark) {
			err = errors.Join(err, os.Remove(filepath.Join(d.dir, entry.Name())))
		}
	}
	if err != nil {
		d.log.Warn("removing temporary files of an earlier process failed", "error", err)
	}
}

// writeFile replaces the file at path in one step, after text was synced to the disk.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+newMark+"*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // does nothing after the rename
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
