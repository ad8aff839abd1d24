package catapi

import (
	"errors"
	"fmt"
)

// errPartial is the cause of a TransportError for pages that don't add up.
var errPartial = errors.New("the pages do not add up")

// A pages follows a list that comes page by page, so that a part of it is never taken for the whole, and a list without end
// is not followed for ever. The totals of a list's pages may differ, and may be missing: the largest counts.
type pages struct {
	received  int
	total     int64 // the largest that a page has named
	pageTotal int64 // that the last page has named; 0 when it named none
	hasTotal  bool  // a page has named a total
}

// last notes a page of n, of which limit were asked for, and reports whether it ends the list. more says that the page names
// where the list goes on. A full page is the last one only when all that was promised is there and the page names no more; without
// a promise, a short page is the last one only when it names no more.
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

// endless returns an error when more has come than the total and one page of limit. A total of not more than a page may be the
// page's own, and says nothing.
func (p *pages) checkOverrun(limit int) error {
	if p.total <= int64(limit) || int64(p.received) <= p.total+int64(limit) {
		return nil
	}
	return &TransportError{Op: opRead, Cause: fmt.Errorf("%w: %d came of %d, and more would", errPartial, p.received, p.total)}
}

// whole returns an error for a list that ended before all that its pages promised had come, and that of told.
func (p *pages) checkComplete() error {
	if int64(p.received) < p.total {
		return p.partialError(p.total)
	}
	return p.checkEmpty()
}

// told returns an error for a list that never said that there is nothing in it.
func (p *pages) checkEmpty() error {
	if p.received == 0 && !p.hasTotal {
		return &TransportError{Op: opDecode, Cause: errors.New("it has neither rows nor a total")}
	}
	return nil
}

// partial returns an error for a list that came in part, of which there are total.
func (p *pages) partialError(total int64) error {
	return &TransportError{Op: opRead, Cause: fmt.Errorf("%w: %d of %d came", errPartial, p.received, total)}
}

// errRepeated is the error of a list that comes to the same page again and again.
var errRepeated = &TransportError{Op: opRead, Cause: fmt.Errorf("%w: a page came again", errPartial)}

// A taskPages follows a list of tasks. It may change while it is read: a task that was deleted meanwhile is no error, and one that
// another has pushed onto the next page counts once.
type taskPages struct {
	pages
	tasks []Task
	ids   map[string]bool // by id
}

// last notes a page of n tasks, of which limit were asked for and those of tasks have an id, and reports whether it ends the list.
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
