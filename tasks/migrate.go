package tasks

import (
	"context"
	"maps"
	"time"

	"github.com/redis/go-redis/v9"
)

// Earlier versions shared their aliases among all installations on a Redis. migrate copies them and leaves them there
// for other installations.

const (
	oldAliases = Prefix + "}:v1:aliases"

	// migrateFor is how long after the start replicas of earlier versions may still set aliases. No rolling update
	// takes longer.
	migrateFor = 6 * time.Hour
)

// migratedKey is a hash that exists once aliases of earlier versions were copied. It has "each" if they are in
// copiedKey.
func (d *Directory) migratedKey() string { return Prefix + "|" + d.Space + "}:v1:adopted" }

// copiedKey is a hash: task by name, as last copied from an earlier version.
func (d *Directory) copiedKey() string { return Prefix + "|" + d.Space + "}:v1:taken" }

// copyAliases copies what an earlier version set since the last copy. What was set or removed here since then stays:
// KEYS aliases, copied, migrated; ARGV most, now, then each name and its task. Versions that copied once did not note
// what they copied, so all that exists then counts as copied.
var copyAliases = redis.NewScript(`
local noted = redis.call("exists", KEYS[3]) == 0 or redis.call("hexists", KEYS[3], "each") == 1
for i = 3, #ARGV, 2 do
  local name, task = ARGV[i], ARGV[i + 1]
  local copied, here = redis.call("hget", KEYS[2], name), redis.call("hget", KEYS[1], name)
  local fits = here or redis.call("hlen", KEYS[1]) < tonumber(ARGV[1])
  if copied ~= task and (fits or not noted) then
    if noted and here == copied then redis.call("hset", KEYS[1], name, task) end
    redis.call("hset", KEYS[2], name, task)
  end
end
redis.call("hset", KEYS[3], "at", ARGV[2], "each", 1)
return 1`)

// migrate copies the aliases of earlier versions while replicas of them may run.
func (d *Directory) migrate(ctx context.Context) error {
	if d.copied != nil && d.Now().Sub(d.started) > migrateFor {
		return nil
	}
	old, err := d.DB.HGetAll(ctx, oldAliases).Result()
	if err != nil || d.copied != nil && maps.Equal(d.copied, old) {
		return err
	}
	args := []any{MaxAliases, d.Now().Unix()}
	for name, task := range old {
		args = append(args, name, task)
	}
	keys := []string{d.aliasesKey(), d.copiedKey(), d.migratedKey()}
	if err := copyAliases.Run(ctx, d.DB, keys, args...).Err(); err != nil {
		return err
	}
	if err := d.DB.Sync(ctx); err != nil {
		return err
	}
	d.copied = old
	return nil
}
