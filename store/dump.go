package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A dump holds the keys of a Redis.
type dump struct {
	values
	// Expiring is an object of its own: an older version, which does not know it, would restore its keys without an expiry.
	Expiring values           `json:"expiring"`
	Expiry   map[string]int64 `json:"expiry"` // when the keys of Expiring expire, in unix milliseconds
}

// values are the values of keys, by type.
type values struct {
	Strings map[string]string             `json:"strings"`
	Hashes  map[string]map[string]string  `json:"hashes"`
	Sets    map[string][]string           `json:"sets"`
	Sorted  map[string]map[string]float64 `json:"sorted"`
}

func newValues() values {
	return values{map[string]string{}, map[string]map[string]string{}, map[string][]string{}, map[string]map[string]float64{}}
}

func (v values) count() int { return len(v.Strings) + len(v.Hashes) + len(v.Sets) + len(v.Sorted) }

// shortLived is the time to live below which a key is not saved, such as a lease, which ends with its process.
const shortLived = time.Minute

// dumpHead begins the file. The checksum of the other lines follows it on the same line.
const dumpHead = "catbot data 1 sha256:"

func (d dump) encode() ([]byte, error) {
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encoding saved data: %w", err)
	}
	sum := sha256.Sum256(text)
	return append([]byte(dumpHead+hex.EncodeToString(sum[:])+"\n"), text...), nil
}

func decodeDump(text []byte) (dump, error) {
	head, body, ok := bytes.Cut(text, []byte("\n"))
	sum, known := strings.CutPrefix(string(head), dumpHead)
	switch is := sha256.Sum256(body); {
	case !ok || !known:
		return dump{}, errors.New("not a data file of catbot")
	case hex.EncodeToString(is[:]) != sum:
		return dump{}, errors.New("its checksum is wrong")
	}
	var d dump
	if err := json.Unmarshal(body, &d); err != nil {
		return dump{}, err
	}
	return d, nil
}

// readDump reads all keys with the prefixes, but those that live for less than shortLived, in one transaction.
// A key that is created meanwhile may be missing.
func readDump(ctx context.Context, client redis.UniversalClient, prefixes []string) (dump, error) {
	d := dump{newValues(), newValues(), map[string]int64{}}
	var keys []string
	for _, prefix := range prefixes {
		found, err := client.Keys(ctx, escapeGlob(prefix)+"*").Result()
		if err != nil {
			return d, err
		}
		keys = append(keys, found...)
	}
	kinds := make([]*redis.StatusCmd, len(keys))
	lives := make([]*redis.DurationCmd, len(keys))
	if _, err := client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, key := range keys {
			kinds[i], lives[i] = pipe.Type(ctx, key), pipe.PTTL(ctx, key)
		}
		return nil
	}); err != nil {
		return d, err
	}
	now := time.Now()
	read := make([]redis.Cmder, len(keys))
	if _, err := client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, key := range keys {
			if life := lives[i].Val(); life > 0 && life < shortLived {
				continue
			}
			read[i] = readValue(ctx, pipe, key, kinds[i].Val())
		}
		return nil
	}); err != nil && !errors.Is(err, redis.Nil) { // a string expired meanwhile
		return d, err
	}
	for i, key := range keys {
		into := d.values
		if life := lives[i].Val(); life > 0 {
			into, d.Expiry[key] = d.Expiring, now.Add(life).UnixMilli()
		}
		into.add(key, read[i])
	}
	return d, nil
}

// readValue adds the command that reads a key of this kind to pipe, and returns it.
func readValue(ctx context.Context, pipe redis.Pipeliner, key, kind string) redis.Cmder {
	switch kind {
	case "string":
		return pipe.Get(ctx, key)
	case "hash":
		return pipe.HGetAll(ctx, key)
	case "set":
		return pipe.SMembers(ctx, key)
	case "zset":
		return pipe.ZRangeWithScores(ctx, key, 0, -1)
	}
	return nil
}

// add adds the value of key, which cmd has read.
func (v values) add(key string, cmd redis.Cmder) {
	switch cmd := cmd.(type) {
	case *redis.StringCmd:
		if cmd.Err() == nil {
			v.Strings[key] = cmd.Val()
		}
	case *redis.MapStringStringCmd:
		v.Hashes[key] = cmd.Val()
	case *redis.StringSliceCmd:
		v.Sets[key] = cmd.Val()
	case *redis.ZSliceCmd:
		scores := map[string]float64{}
		for _, z := range cmd.Val() {
			member, _ := z.Member.(string)
			scores[member] = z.Score
		}
		v.Sorted[key] = scores
	}
}

// escapeGlob returns a pattern that matches prefix literally.
func escapeGlob(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(prefix)
}

// restore writes d's keys. Those that have expired by now are gone at once.
func (d dump) restore(ctx context.Context, client redis.UniversalClient) error {
	_, err := client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		d.values.restore(ctx, pipe)
		d.Expiring.restore(ctx, pipe)
		for key, at := range d.Expiry {
			pipe.PExpireAt(ctx, key, time.UnixMilli(at))
		}
		return nil
	})
	return err
}

func (v values) restore(ctx context.Context, pipe redis.Pipeliner) {
	for key, text := range v.Strings {
		pipe.Set(ctx, key, text, 0)
	}
	for key, fields := range v.Hashes {
		if len(fields) > 0 {
			pipe.HSet(ctx, key, fields)
		}
	}
	for key, members := range v.Sets {
		if len(members) > 0 {
			pipe.SAdd(ctx, key, members)
		}
	}
	for key, scores := range v.Sorted {
		for member, score := range scores {
			pipe.ZAdd(ctx, key, redis.Z{Score: score, Member: member})
		}
	}
}
