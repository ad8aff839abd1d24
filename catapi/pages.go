package catapi

import (
	"errors"
	"fmt"
)

// errPartial is the cause of a TransportError for pages that don't add up.
var errPartial = errors.New("the pages do not add up")

// A pages follows a list that comes page by page, so that a part of it is never taken for the whole. The totals of a list's
// pages may differ, and may be missing: the largest counts, and a page as long as was asked for is never the last.
type pages struct {
	seen    int
	total   int64
	totaled bool // a page has named a total
}

// last notes a page of n, of which limit were asked for, and reports whether it ends the list.
func (p *pages) last(n, limit int, total number) bool {
	p.seen += n
	p.total = max(p.total, total.value)
	p.totaled = p.totaled || total.given
	return n == 0 || n < limit && int64(p.seen) >= p.total
}

// whole returns an error for a list that ended before all that its pages promised had come, and for one that never said
// that there is nothing in it.
func (p *pages) whole() error {
	switch {
	case p.seen == 0 && !p.totaled:
		return &TransportError{Op: opDecode, Cause: errors.New("it has neither rows nor a total")}
	case int64(p.seen) < p.total:
		return &TransportError{Op: opRead, Cause: fmt.Errorf("%w: %d of %d came", errPartial, p.seen, p.total)}
	}
	return nil
}
