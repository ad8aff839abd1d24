package cache

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// memoryRows bounds the rows in the memory of one process; 100,000 take about 20 MB. The least recently used are
// dropped: rolling windows make frequency a poor guide.
const memoryRows = 100_000

// A memory is the part of a cache that lives in the process.
type memory struct {
	mu      sync.Mutex
	lru     *simplelru.LRU[key, entry]
	rows    int
	maxRows int
}

func newMemory(most int) *memory {
	m := &memory{maxRows: most}
	// NewLRU fails for a size of 0 only.
	m.lru, _ = simplelru.NewLRU(math.MaxInt, func(_ key, e entry) { m.rows -= weight(e) })
	return m
}

// weight returns the size of an entry in rows, with a few for its overhead.
func weight(e entry) int {
	return len(e.history.Rows) + len(e.history.Summary) + len(e.history.Probes) + len(e.history.Buckets) + 4
}

func (m *memory) get(k key) (entry, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lru.Get(k)
}

func (m *memory) put(k key, e entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lru.Remove(k)
	m.rows += weight(e)
	m.lru.Add(k, e)
	for m.rows > m.maxRows {
		m.lru.RemoveOldest()
	}
}
