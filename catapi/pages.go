package catapi

import (
	"errors"
	"fmt"
)

// errPartial is the cause of a TransportError for pages that don't add up.
var errPartial = errors.New("the pages do not add up")

// A pages counts the rows of a paged list. It detects a list that is incomplete and one that never ends.
// The totals on the pages may differ, and may be missing; the largest one counts.
type pages struct {
	received  int
	total     int64 // the largest that a page has named
	pageTotal int64 // that the last page has named; 0 when it named none
	hasTotal  bool  // a page has named a total
}

// add counts a page of n rows of at most limit, and reports whether it is the last one. more says that the page has a
// cursor of the next one. A full page is the last one only if the total is reached and it has no cursor. Without a
// total, a short page is the last one only if it has no cursor.
func (p *pages) add(n, limit int, total number, more bool) bool {
	p.received += n
	p.total, p.pageTotal = max(p.total, total.value), total.value
	p.hasTotal = p.hasTotal || total.given
	switch {
	case n == 0:
		return true
	case !p.hasTotal:
		return n < limit && !more
	}
	return int64(p.received) >= p.total && (n < limit || !more)
}

// checkOverrun returns an error if there were more rows than the total and one page of limit.
// It ignores a total of one page or less, which may be the number of rows on the page.
func (p *pages) checkOverrun(limit int) error {
	if p.total <= int64(limit) || int64(p.received) <= p.total+int64(limit) {
		return nil
	}
	return &TransportError{
		Op:    opRead,
		Cause: fmt.Errorf("%w: %d came of %d, and more would", errPartial, p.received, p.total),
	}
}

// checkComplete returns an error for a list with fewer rows than its total, and that of checkEmpty.
func (p *pages) checkComplete() error {
	if int64(p.received) < p.total {
		return p.partialError(p.total)
	}
	return p.checkEmpty()
}

// checkEmpty returns an error for a list without rows and without a total.
func (p *pages) checkEmpty() error {
	if p.received == 0 && !p.hasTotal {
		return &TransportError{Op: opDecode, Cause: errors.New("it has neither rows nor a total")}
	}
	return nil
}

// partialError returns the error for a list with fewer rows than total.
func (p *pages) partialError(total int64) error {
	return &TransportError{Op: opRead, Cause: fmt.Errorf("%w: %d of %d came", errPartial, p.received, total)}
}

// errRepeated is the error for a list that repeats a page.
var errRepeated = &TransportError{Op: opRead, Cause: fmt.Errorf("%w: a page came again", errPartial)}

// A taskPages collects a list of tasks, which may change while it is read: a task that is missing was deleted,
// and one that is on two pages counts once.
type taskPages struct {
	pages
	tasks []Task
	ids   map[string]bool // by id
}

// add adds a page of n tasks of at most limit, and reports whether it is the last one. tasks are those with an id.
func (p *taskPages) add(n, limit int, total number, tasks []Task) (bool, error) {
	if p.ids == nil {
		p.ids = map[string]bool{}
	}
	before := len(p.ids)
	for _, task := range tasks {
		if !p.ids[task.ID] {
			p.ids[task.ID] = true
			p.tasks = append(p.tasks, task)
		}
	}
	switch ends := p.pages.add(n, limit, total, false); {
	case n == 0 && int64(p.received) < p.pageTotal:
		return false, p.partialError(p.pageTotal)
	case len(tasks) > 0 && len(p.ids) == before:
		return false, errRepeated
	default:
		return ends, nil
	}
}
