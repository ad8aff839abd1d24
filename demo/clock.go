package demo

import (
	"sync/atomic"
	"time"
)

// A Clock goes as the machine's does, ahead of it by as much as it was moved. It never goes back: neither does time.
type Clock struct {
	wall  func() time.Time
	ahead atomic.Int64 // nanoseconds
}

func newClock(wall func() time.Time) *Clock { return &Clock{wall: wall} }

// Now is the demonstration's time.
func (c *Clock) Now() time.Time { return c.wall().Add(c.Ahead()) }

// Ahead is how far it was moved.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

// maxMove bounds one move; further on, digests would only skip more of their slots.
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
