package cache

import (
	"strconv"
	"testing"

	"catbot/catapi"
)

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(1000)
	for i := range 100 {
		m.get("0")
		m.put(strconv.Itoa(i), entry{history: catapi.History{Rows: make([]catapi.Row, 96)}})
	}
	if m.rows != 1000 || m.lru.Len() != 10 {
		t.Errorf("%d rows in %d entries", m.rows, m.lru.Len())
	}
	for _, key := range []string{"0", "99"} {
		if _, ok := m.get(key); !ok {
			t.Errorf("%s was used last, and is gone", key)
		}
	}
	for range 10 {
		m.put("99", entry{history: catapi.History{Rows: make([]catapi.Row, 96)}})
	}
	if m.rows != 1000 || m.lru.Len() != 10 {
		t.Errorf("%d rows in %d entries after one was put again", m.rows, m.lru.Len())
	}
	m.put("huge", entry{history: catapi.History{Rows: make([]catapi.Row, 1000)}})
	if m.rows > 1000 {
		t.Errorf("%d rows after an entry larger than all", m.rows)
	}
}
