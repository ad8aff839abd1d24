package tasks

import (
	"context"
	"maps"
	"time"

	"github.com/redis/go-redis/v9"
)

// Until spaces came, the aliases on a Redis stood for all installations alike. adopt copies them, and leaves them for others.

const (
	oldAliases = Prefix + "}:v1:aliases"

	// adoptWithin is how long after the start replicas of earlier versions may still set aliases: no rolling update takes longer.
	adoptWithin = 6 * time.Hour
)

// adoptedKey is a hash that is there once the aliases of earlier versions were looked at; "each" is in it when they are in takenKey.
func (d *Directory) adoptedKey() string { return Prefix + "|" + d.Space + "}:v1:adopted" }

// takenKey is a hash: task by name, as it stood in an earlier version when it was last taken over.
func (d *Directory) takenKey() string { return Prefix + "|" + d.Space + "}:v1:taken" }

// takeAliases takes over what was set in an earlier version since it was last looked at. What was set or removed here since
// stays so: KEYS aliases, taken, adopted; ARGV most, now, then each name and its task. Versions that took over once did not note
// what: all that is there by now counts as taken.
var takeAliases = redis.NewScript(`
local noted = redis.call("exists", KEYS[3]) == 0 or redis.call("hexists", KEYS[3], "each") == 1
for i = 3, #ARGV, 2 do
  local name, task = ARGV[i], ARGV[i + 1]
  local taken, here = redis.call("hget", KEYS[2], name), redis.call("hget", KEYS[1], name)
  local room = here or redis.call("hlen", KEYS[1]) < tonumber(ARGV[1])
  if taken ~= task and (room or not noted) then
    if noted and here == taken then redis.call("hset", KEYS[1], name, task) end
    redis.call("hset", KEYS[2], name, task)
  end
end
redis.call("hset", KEYS[3], "at", ARGV[2], "each", 1)
return 1`)

// adopt takes over the aliases of earlier versions for as long as replicas of them may be there.
func (d *Directory) adopt(ctx context.Context) error {
	if d.old != nil && d.Now().Sub(d.began) > adoptWithin {
		return nil
	}
	old, err := d.DB.HGetAll(ctx, oldAliases).Result()
	if err != nil || d.old != nil && maps.Equal(d.old, old) {
		return err
	}
	args := []any{MaxAliases, d.Now().Unix()}
	for name, task := range old {
		args = append(args, name, task)
	}
	if err := takeAliases.Run(ctx, d.DB, []string{d.aliasesKey(), d.takenKey(), d.adoptedKey()}, args...).Err(); err != nil {
		return err
	}
	if err := d.DB.Sync(ctx); err != nil {
		return err
	}
	d.old = old
	return nil
}
