package cache

import (
	"strings"
	"testing"

	"catbot/store/redistest"
)

func TestEachKindOfRedis(t *testing.T) {
	master := redistest.Start(t, "--requirepass", "s3cr3t")
	for _, tc := range []struct{ name, address string }{
		{"one server", redistest.Start(t).URL()},
		{"a cluster", redistest.StartCluster(t, 3).URL()},
		{"a server under Sentinel", redistest.StartSentinel(t, redistest.Start(t)).URL()},
		{"a server with a password", strings.Replace(master.URL(), "//", "//:s3cr3t@", 1)},
		{"in the process", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u := &upstream{clock: &clock{now: noon}}
			one, other := newReplica(t, tc.address, u), newReplica(t, tc.address, u)
			if err := one.store.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			q := lastHours(48, noon)
			one.must(t, q)
			if tc.address == "" {
				other = one
				other.memory = newMemory(0)
			}
			if h := other.must(t, q); !h.Cached || u.calls.Load() != 3 {
				t.Errorf("three days were fetched %d times, cached: %v", u.calls.Load(), h.Cached)
			}
		})
	}
}
