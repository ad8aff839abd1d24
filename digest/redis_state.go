package digest

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A redisState is what the engine needs to know about Redis before it posts.
type redisState struct {
	restarted bool // it started a short while ago, maybe with older data
	replicas  int  // that are in step with it and can take over
}

// restartedFor is how long after its start Redis may have lost the latest writes. After that a slot that was opened
// again because of lost data is older than checkHistoryAfter, which has the same effect.
const restartedFor = 2 * checkHistoryAfter

// redisState asks Redis for its state. A server that does not answer INFO, such as the embedded one, counts as
// running for long and without replicas.
func (s *Store) redisState(ctx context.Context) (state redisState) {
	master, err := s.DB.Master(ctx, s.dueKey())
	if err != nil {
		return redisState{}
	}
	var server, replication *redis.InfoCmd
	_, _ = master.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		server, replication = pipe.InfoMap(ctx, "server"), pipe.InfoMap(ctx, "replication")
		return nil
	})
	up, err := strconv.Atoi(server.Item("Server", "uptime_in_seconds"))
	state.restarted = err == nil && time.Duration(up)*time.Second < restartedFor
	for name, replica := range replication.Val()["Replication"] {
		// "slave0:ip=10.0.0.2,port=6379,state=online,…"
		if strings.HasPrefix(name, "slave") && strings.Contains(replica, "state=online") {
			state.replicas++
		}
	}
	return state
}
