package cache

import (
	"testing"

	"catbot/catapi"
)

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(1000)
	named := func(i int) key { return key{begin: int64(i)} }
	for i := range 100 {
		m.get(named(0))
		m.put(named(i), entry{history: catapi.History{Rows: make([]catapi.Row, 96)}})
	}
	if m.rows != 1000 || m.lru.Len() != 10 {
		t.Errorf("%d rows in %d entries", m.rows, m.lru.Len())
	}
	for _, i := range []int{0, 99} {
		if _, ok := m.get(named(i)); !ok {
			t.Errorf("%d was used last, and is gone", i)
		}
	}
	for range 10 {
		m.put(named(99), entry{history: catapi.History{Rows: make([]catapi.Row, 96)}})
	}
	if m.rows != 1000 || m.lru.Len() != 10 {
		t.Errorf("%d rows in %d entries after one was put again", m.rows, m.lru.Len())
	}
	m.put(named(100), entry{history: catapi.History{Rows: make([]catapi.Row, 1000)}})
	if m.rows > 1000 {
		t.Errorf("%d rows after an entry larger than all", m.rows)
	}
}
