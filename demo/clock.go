package demo

import (
	"sync/atomic"
	"time"
)

// A Clock is the machine's clock plus an offset, which never decreases.
type Clock struct {
	wall  func() time.Time
	ahead atomic.Int64 // nanoseconds
}

func newClock(wall func() time.Time) *Clock { return &Clock{wall: wall} }

// Now returns the time of the demo.
func (c *Clock) Now() time.Time { return c.wall().Add(c.Ahead()) }

// Ahead returns the offset.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

// maxMove bounds one move. A longer one would only make digests skip more slots.
const maxMove = 31 * 24 * time.Hour

// Forward moves the clock on.
func (c *Clock) Forward(by time.Duration) {
	c.ahead.Add(int64(min(max(by, 0), maxMove)))
}

// ForwardTo moves the clock to the next time that it is hour o'clock in zone.
func (c *Clock) ForwardTo(hour int, zone *time.Location) {
	now := c.Now().In(zone)
	next := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, zone)
	if !next.After(now) {
		next = time.Date(now.Year(), now.Month(), now.Day()+1, hour, 0, 0, 0, zone)
	}
	c.Forward(next.Sub(now))
}
