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

	"github.com/redis/go-redis/v9"
)

// A dump holds the keys of a Redis that don't expire.
type dump struct {
	Hashes map[string]map[string]string  `json:"hashes"`
	Sets   map[string][]string           `json:"sets"`
	Sorted map[string]map[string]float64 `json:"sorted"`
}

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

// readDump reads all keys with the prefixes that don't expire, in one transaction.
// A key that is created meanwhile may be missing.
func readDump(ctx context.Context, client redis.UniversalClient, prefixes []string) (dump, error) {
	d := dump{map[string]map[string]string{}, map[string][]string{}, map[string]map[string]float64{}}
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
			kinds[i], lives[i] = pipe.Type(ctx, key), pipe.TTL(ctx, key)
		}
		return nil
	}); err != nil {
		return d, err
	}
	read := make([]redis.Cmder, len(keys))
	if _, err := client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, key := range keys {
			if lives[i].Val() > 0 {
				continue
			}
			switch kinds[i].Val() {
			case "hash":
				read[i] = pipe.HGetAll(ctx, key)
			case "set":
				read[i] = pipe.SMembers(ctx, key)
			case "zset":
				read[i] = pipe.ZRangeWithScores(ctx, key, 0, -1)
			}
		}
		return nil
	}); err != nil {
		return d, err
	}
	for i, key := range keys {
		switch cmd := read[i].(type) {
		case *redis.MapStringStringCmd:
			d.Hashes[key] = cmd.Val()
		case *redis.StringSliceCmd:
			d.Sets[key] = cmd.Val()
		case *redis.ZSliceCmd:
			scores := map[string]float64{}
			for _, z := range cmd.Val() {
				member, _ := z.Member.(string)
				scores[member] = z.Score
			}
			d.Sorted[key] = scores
		}
	}
	return d, nil
}

// escapeGlob returns a pattern that matches prefix literally.
func escapeGlob(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(prefix)
}

func (d dump) restore(ctx context.Context, client redis.UniversalClient) error {
	_, err := client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for key, fields := range d.Hashes {
			if len(fields) > 0 {
				pipe.HSet(ctx, key, fields)
			}
		}
		for key, members := range d.Sets {
			if len(members) > 0 {
				pipe.SAdd(ctx, key, members)
			}
		}
		for key, scores := range d.Sorted {
			for member, score := range scores {
				pipe.ZAdd(ctx, key, redis.Z{Score: score, Member: member})
			}
		}
		return nil
	})
	return err
}
