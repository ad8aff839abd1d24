// Package order sorts slices of structs.
package order

import "slices"

// By sorts list by compare. Equal elements keep their order.
//
// It sorts pointers, because structs are large. Also, the compiler makes the functions of package slices anew for each
// type of element, about 12 kB of program each time, but only once for all pointers.
func By[T any](list []T, compare func(a, b *T) int) {
	unsorted := slices.Clone(list)
	sorted := make([]*T, len(list))
	for i := range unsorted {
		sorted[i] = &unsorted[i]
	}
	slices.SortStableFunc(sorted, compare)
	for i, element := range sorted {
		list[i] = *element
	}
}
