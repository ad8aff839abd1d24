package bot

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// ackTimeout is how long Slack waits for an ack.
	ackTimeout = 3 * time.Second
	// minAckTimeout is given to every ack, even to a late one: Slack may still show its content.
	minAckTimeout = time.Second
)

// errLateAck is logged for an ack that was sent after Slack had stopped waiting.
var errLateAck = fmt.Errorf("it took longer than %s", ackTimeout)

// acks sends acks to Slack.
type acks struct {
	connections *connections
	metrics     *Metrics
	log         *slog.Logger
	now         func() time.Time
}

// A pendingAck is the ack of one envelope. It is sent at most once. One goroutine at a time uses it.
type pendingAck struct {
	*acks
	envelope string // its id; empty when no ack is expected
	received time.Time
	sent     bool
}

func (a *acks) pending(envelope string, received time.Time) *pendingAck {
	return &pendingAck{acks: a, envelope: envelope, received: received}
}

// send sends the ack with payload unless it was sent before. It reports whether the ack was sent in time.
func (p *pendingAck) send(ctx context.Context, payload any) bool {
	if p.envelope == "" || p.sent {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, max(minAckTimeout, ackTimeout-p.now().Sub(p.received)))
	defer cancel()
	err := p.connections.ack(ctx, p.envelope, payload)
	p.sent = true
	if err == nil && p.now().Sub(p.received) > ackTimeout {
		err = errLateAck
	}
	if err != nil {
		p.metrics.acksLost.Inc()
		p.log.Warn("ack not sent in time; slack may show an error to the user",
			"envelope", p.envelope, "error", err)
		return false
	}
	p.metrics.ackTook(p.now().Sub(p.received))
	return true
}
