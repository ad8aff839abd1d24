package bot

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// ackTime is how long Slack waits for an ack.
	ackTime = 3 * time.Second
	// ackLeast is how long any ack is tried, even one that begins too late: what it says may still be shown.
	ackLeast = time.Second
)

// errLateAck is of an ack that Slack did not wait for.
var errLateAck = fmt.Errorf("it took longer than %s", ackTime)

// acks sends acks to Slack.
type acks struct {
	connections *connections
	metrics     *Metrics
	log         *slog.Logger
	now         func() time.Time
}

// A pendingAck is the ack of one envelope, which is sent once. It belongs to one goroutine at a time.
type pendingAck struct {
	*acks
	envelope string // its id; empty for what takes no ack
	received time.Time
	sent     bool
}

func (a *acks) pending(envelope string, received time.Time) *pendingAck {
	return &pendingAck{acks: a, envelope: envelope, received: received}
}

// send sends the ack with payload, unless it was sent before, and reports whether it left in time.
func (p *pendingAck) send(ctx context.Context, payload any) bool {
	if p.envelope == "" || p.sent {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, max(ackLeast, ackTime-p.now().Sub(p.received)))
	defer cancel()
	err := p.connections.ack(ctx, p.envelope, payload)
	p.sent = true
	if err == nil && p.now().Sub(p.received) > ackTime {
		err = errLateAck
	}
	if err != nil {
		p.metrics.acksLost.Inc()
		p.log.Warn("an ack was not sent in time; slack may tell its person that catbot did not answer",
			"envelope", p.envelope, "error", err)
		return false
	}
	p.metrics.ackTook(p.now().Sub(p.received))
	return true
}
