package digest

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A standing is what is to be known of the Redis that keeps digests before a post may leave.
type standing struct {
	young    bool // it began to run a short while ago, maybe from an older state
	replicas int  // that are in step with it and would take over
}

// youngFor is how long after its start a Redis may have forgotten what was noted last. By then an old state has come to light:
// slots that are opened anew are older than lookAfter.
const youngFor = 2 * lookAfter

// standing asks Redis for it. A server that does not say, as the one inside a process, is old and alone.
func (b *Book) standing(ctx context.Context) standing {
	master, err := b.DB.Master(ctx, b.dueKey())
	if err != nil {
		return standing{}
	}
	var server, replication *redis.InfoCmd
	_, _ = master.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		server, replication = pipe.InfoMap(ctx, "server"), pipe.InfoMap(ctx, "replication")
		return nil
	})
	up, err := strconv.Atoi(server.Item("Server", "uptime_in_seconds"))
	s := standing{young: err == nil && time.Duration(up)*time.Second < youngFor}
	for name, replica := range replication.Val()["Replication"] {
		if strings.HasPrefix(name, "slave") && strings.Contains(replica, "state=online") { // "slave0:ip=10.0.0.2,port=6379,state=online,…"
			s.replicas++
		}
	}
	return s
}
