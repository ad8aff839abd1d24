package order

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type pair struct{ key, place int }

func TestElementsAreSortedAndEqualOnesKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []pair
		for i, key := range rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "keys") {
			list = append(list, pair{key, i})
		}
		want := slices.SortedStableFunc(slices.Values(list), func(a, b pair) int { return cmp.Compare(a.key, b.key) })
		By(list, func(a, b *pair) int { return cmp.Compare(a.key, b.key) })
		if !slices.Equal(list, want) {
			t.Errorf("got %v, want %v", list, want)
		}
	})
}
