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
	// dataFile is the file in DATA_DIR that holds what an embedded Redis must not forget.
	dataFile = "catbot.data"
	// dumpTime bounds reading it all from the embedded Redis.
	dumpTimeout = 10 * time.Second
)

// A durable writes the keys that matter of an embedded Redis to a file. Many writers who wait at once wait for one writing.
type persister struct {
	dir      string
	prefixes []string // of the keys that matter
	client   redis.UniversalClient
	lock     *flock.Flock
	log      *slog.Logger

	wakeup  chan struct{} // has room for one: more wishes at once are one
	done    chan struct{}
	writing sync.WaitGroup

	mu      sync.Mutex
	waiting []chan error
}

// PersistIn lets what stands under keys with the given prefixes survive the end of the process, in a file in dir: what the
// file holds is there when PersistIn returns, and what Sync was asked for after is in the file. Keys that expire are left out.
// It is for a Redis inside this process, before anything else uses it; others keep their data themselves.
//
// A file that is damaged is kept aside, which the log says, and nothing is read from it.
func (s *Store) PersistTo(dir string, prefixes ...string) error {
	if s.embedded == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	d := &persister{
		dir: dir, prefixes: prefixes, client: s.client, log: s.log, wakeup: make(chan struct{}, 1), done: make(chan struct{}),
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

// Durable reports whether what Sync was asked for survives the end of this process.
func (s *Store) Durable() bool { return s.embedded == nil || s.persister != nil }

// Sync returns when what was written before would survive the end of this process. A Redis of its own keeps its data
// by itself, as it is configured; an embedded one without PersistIn keeps nothing, and that is no error.
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
		return fmt.Errorf("keeping data: %w", ctx.Err())
	}
}

// run writes whenever somebody waits for it, until close; those who wait then are served yet.
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

// serve writes once for all who wait.
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
		d.log.Error("data was not kept", "error", err)
	}
	for _, w := range waiting {
		w <- err
	}
}

// close ends the writing. Nobody may be at Sync any more.
func (d *persister) close() {
	close(d.done)
	d.writing.Wait()
	_ = d.lock.Unlock()
}

func (d *persister) path() string { return filepath.Join(d.dir, dataFile) }

// load fills the embedded Redis from the file.
func (d *persister) load() error {
	text, err := os.ReadFile(d.path())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading kept data: %w", err)
	}
	kept, err := decodeDump(text)
	if err != nil {
		return d.setAside(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), dumpTimeout)
	defer cancel()
	if err := kept.restore(ctx, d.client); err != nil {
		return fmt.Errorf("filling the embedded redis: %w", err)
	}
	d.log.Info("kept data was read", "file", d.path(), "keys", len(kept.Hashes)+len(kept.Sets)+len(kept.Sorted))
	return nil
}

// setAside keeps a damaged file for a person to look at. Where that fails there is no going on: it would be overwritten.
func (d *persister) setAside(why error) error {
	aside := d.path() + time.Now().UTC().Format(".damaged-20060102T150405.000000000Z")
	if err := os.Rename(d.path(), aside); err != nil {
		return fmt.Errorf("the file %s is damaged (%w) and can't be kept aside: %w", d.path(), why, err)
	}
	d.log.Error("the file with kept data is damaged; it was kept aside and catbot starts without digests and the like",
		"file", d.path(), "aside", aside, "error", why)
	return nil
}

// save writes the keys that matter to the file, all or nothing.
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
		return fmt.Errorf("writing kept data: %w", err)
	}
	return nil
}

// newMark stands in the names of files that are being written, after the name that they will have.
const newMark = ".new-"

// removeLeftovers removes the files that a process left behind that was killed while it wrote. The lock must be held: then
// nobody is writing.
func (d *persister) removeLeftovers() {
	entries, err := os.ReadDir(d.dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), dataFile+newMark) {
			err = errors.Join(err, os.Remove(filepath.Join(d.dir, entry.Name())))
		}
	}
	if err != nil {
		d.log.Warn("files of an earlier process are left in the data directory", "error", err)
	}
}

// writeFile replaces the file at path in one step, with text on the disk before.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+newMark+"*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // it is gone when all went well
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
