package store

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const testPrefix = "catbot:{test}:v1:"

// durableStore opens an embedded store on dir; it is closed with the test, or before by shut.
func durableStore(t *testing.T, dir string) (s *Store, log *bytes.Buffer, shut func()) {
	t.Helper()
	log = &bytes.Buffer{}
	s, err := Open("", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	shut = sync.OnceFunc(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(shut)
	if err := s.PersistTo(dir, testPrefix); err != nil {
		t.Fatal(err)
	}
	return s, log, shut
}

func TestWhatWasKeptSurvivesTheEndOfTheProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	s, _, shut := durableStore(t, dir)
	ctx := t.Context()
	s.DB().HSet(ctx, testPrefix+"hash", "text", "digest add 每天 \x00 \xff", "owner", "U1")
	s.DB().ZAdd(ctx, testPrefix+"sorted", redis.Z{Score: 1795424400, Member: "k7m2"})
	s.DB().SAdd(ctx, testPrefix+"set", "a", "b")
	s.DB().Set(ctx, testPrefix+"string", "kept", 0)
	s.DB().Set(ctx, testPrefix+"mute", "kept for a day", 24*time.Hour)
	s.DB().HSet(ctx, testPrefix+"outage", "at", "1.2")
	s.DB().Expire(ctx, testPrefix+"outage", time.Hour)
	s.DB().Set(ctx, testPrefix+"lease", "gone with the process", shortLived-time.Second)
	s.DB().Set(ctx, "catbot:{other}:v1:x", "not ours", 0)
	if err := s.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	shut()

	s, _, _ = durableStore(t, dir)
	if !s.Durable() {
		t.Error("not durable")
	}
	if got := s.DB().HGetAll(ctx, testPrefix+"hash").Val(); len(got) != 2 || got["owner"] != "U1" ||
		!strings.HasPrefix(got["text"], "digest add 每天") {
		t.Errorf("hash %q", got)
	}
	if got := s.DB().ZScore(ctx, testPrefix+"sorted", "k7m2").Val(); got != 1795424400 {
		t.Errorf("score %f", got)
	}
	if got := s.DB().SCard(ctx, testPrefix+"set").Val(); got != 2 {
		t.Errorf("set of %d", got)
	}
	if got := s.DB().Get(ctx, testPrefix+"string").Val(); got != "kept" {
		t.Errorf("string %q", got)
	}
	if got := s.DB().HGet(ctx, testPrefix+"outage", "at").Val(); got != "1.2" {
		t.Errorf("hash that expires %q", got)
	}
	for key, life := range map[string]time.Duration{"mute": 24 * time.Hour, "outage": time.Hour, "hash": -1, "string": -1} {
		if left := s.DB().TTL(ctx, testPrefix+key).Val(); left > life || left < life-time.Minute {
			t.Errorf("%s lives for another %s, it had %s", key, left, life)
		}
	}
	if n := s.DB().Exists(ctx, testPrefix+"lease", "catbot:{other}:v1:x").Val(); n != 0 {
		t.Errorf("%d keys too many", n)
	}
}

func TestWhatExpiredWhileTheProcessWasDownIsGone(t *testing.T) {
	dir := t.TempDir()
	down := dump{
		Expiring: values{Strings: map[string]string{testPrefix + "mute": "ended", testPrefix + "other": "lasts"}},
		Expiry: map[string]int64{
			testPrefix + "mute":  time.Now().Add(-time.Minute).UnixMilli(),
			testPrefix + "other": time.Now().Add(time.Hour).UnixMilli(),
		},
	}
	text, err := down.encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, dataFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	s, _, _ := durableStore(t, dir)
	if got := s.DB().Keys(t.Context(), "*").Val(); len(got) != 1 || got[0] != testPrefix+"other" {
		t.Errorf("there are %q", got)
	}
}

func TestWhatAKilledProcessLeftHalfWrittenIsRemovedAtStart(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"catbot.data.new-1234", "catbot.data.new-5678", "somebody-elses.new-1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half of"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, log, shut := durableStore(t, dir)
	shut()
	left, err := filepath.Glob(filepath.Join(dir, "*.new-*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "somebody-elses.new-1" {
		t.Errorf("there is %v, %v", left, err)
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", log)
	}
}

func TestADamagedFileIsKeptAsideAndNeverOverwritten(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut":            func(b []byte) []byte { return b[:len(b)/2] },
		"one bit":        func(b []byte) []byte { b[len(b)-3] ^= 1; return b },
		"empty":          func([]byte) []byte { return nil },
		"something else": func([]byte) []byte { return []byte("#!/bin/sh\n") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, _, shut := durableStore(t, dir)
			s.DB().SAdd(t.Context(), testPrefix+"set", "a")
			if err := s.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			shut()
			file := filepath.Join(dir, dataFile)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			damaged := damage(text)
			if err := os.WriteFile(file, damaged, 0o600); err != nil {
				t.Fatal(err)
			}

			s, log, _ := durableStore(t, dir)
			if !strings.Contains(log.String(), "damaged") {
				t.Errorf("the log says %s", log)
			}
			if n := s.DB().DBSize(t.Context()).Val(); n != 0 {
				t.Errorf("%d keys were read", n)
			}
			if err := s.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			aside, err := filepath.Glob(file + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("aside are %v, %v", aside, err)
			}
			if got, _ := os.ReadFile(aside[0]); !bytes.Equal(got, damaged) {
				t.Errorf("aside is %q", got)
			}
		})
	}
}

func TestTwoProcessesDoNotShareADataDirectory(t *testing.T) {
	dir := t.TempDir()
	_, _, shut := durableStore(t, dir)
	other, err := Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.PersistTo(dir, testPrefix); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second got %v", err)
	}
	shut()
	if err := other.PersistTo(dir, testPrefix); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

func TestManyWhoWaitAreWrittenTogether(t *testing.T) {
	dir := t.TempDir()
	s, _, shut := durableStore(t, dir)
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			s.DB().SAdd(t.Context(), testPrefix+"set", i)
			if err := s.Sync(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	shut()
	s, _, _ = durableStore(t, dir)
	if n := s.DB().SCard(t.Context(), testPrefix+"set").Val(); n != 100 {
		t.Errorf("%d of 100 were kept", n)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.new-*")); len(left) != 0 {
		t.Errorf("left lie %v", left)
	}
}

func TestADiskThatTakesNothingIsSaid(t *testing.T) {
	dir := t.TempDir()
	s, log, _ := durableStore(t, dir)
	// A directory in the file's place can't be replaced by a file, not even by root.
	if err := os.MkdirAll(filepath.Join(dir, dataFile, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Sync(t.Context()); err == nil || !strings.Contains(log.String(), "saving data failed") {
		t.Errorf("err %v, log %s", err, log)
	}
}

func TestAnEmbeddedRedisWithoutADirectoryIsNotDurable(t *testing.T) {
	s, err := Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Durable() || s.Sync(t.Context()) != nil {
		t.Error("it says that it keeps")
	}
}

func FuzzDecodeDump(f *testing.F) {
	whole, err := dump{values: values{Sets: map[string][]string{"a": {"b"}}}}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(dumpHead))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := decodeDump(text)
		if err != nil {
			return
		}
		again, err := d.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeDump(again); err != nil {
			t.Fatal(err)
		}
	})
}
