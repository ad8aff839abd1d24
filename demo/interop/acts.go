package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"catbot/demo/fakeslack"
)

// An act is one line of input: an action and its arguments.
type act struct {
	ID      int    `json:"id"`
	Do      string `json:"do"`
	User    string `json:"user"`
	Channel string `json:"channel"`
	Command string `json:"command"`
	Text    string `json:"text"`    // typed; or what a message, a modal or a Home tab has to contain
	TS      string `json:"ts"`      // of a message
	Action  string `json:"action"`  // action_id of a control, callback_id of a shortcut
	Choice  string `json:"choice"`  // value of an option
	Thread  string `json:"thread"`  // ts of the message that a person replies to
	Of      string `json:"of"`      // the id of an envelope, as returned by slash, press and others
	Method  string `json:"method"`  // of the Web API
	Reason  string `json:"reason"`  // of a disconnect; the error of a refusal
	Seconds int    `json:"seconds"` // of Retry-After; to advance the clock by
	Count   int    `json:"count"`

	Event json.RawMessage `json:"event"`
}

// A stage is the workspace and its envelopes.
type stage struct {
	*fakeslack.Workspace
	clock *clock

	mu   sync.Mutex
	acts map[string]*fakeslack.Envelope // by their ids
}

var acts = map[string]func(*stage, context.Context, act) (any, error){
	// Actions of people. Each returns the id of the envelope.
	"slash": func(s *stage, _ context.Context, a act) (any, error) {
		return s.invoked(s.Slash(a.User, a.Channel, a.Command, a.Text))
	},
	"press": (*stage).press,
	"press home": func(s *stage, _ context.Context, a act) (any, error) {
		return s.invoked(s.PressHome(a.User, a.Action, a.Choice))
	},
	"shortcut": func(s *stage, _ context.Context, a act) (any, error) {
		return s.invoked(s.Shortcut(a.User, a.Action))
	},
	"submit": func(s *stage, _ context.Context, a act) (any, error) { return s.sent(s.Submit(a.User)) },
	"close":  func(s *stage, _ context.Context, a act) (any, error) { return s.sent(s.CloseModal(a.User)) },
	"event":  (*stage).event,
	"fill": func(s *stage, _ context.Context, a act) (any, error) {
		return true, s.Fill(a.User, a.Action, a.Choice)
	},
	"talk":      (*stage).talk,
	"edit":      (*stage).edit,
	"redeliver": (*stage).redeliver,
	"message shortcut": func(s *stage, _ context.Context, a act) (any, error) {
		return s.invoked(s.MessageShortcut(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS}, a.Action))
	},
	"suggest": func(s *stage, _ context.Context, a act) (any, error) { return s.Suggest(a.User, a.Action, a.Text) },
	"delete": func(s *stage, _ context.Context, a act) (any, error) {
		return true, s.Delete(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS})
	},

	// What people see.
	"ack":     (*stage).ack,
	"message": (*stage).message,
	"sees": func(s *stage, _ context.Context, a act) (any, error) {
		return append([]fakeslack.Message{}, s.Sees(a.User, a.Channel)...), nil // [] where there is nothing, not null
	},
	"modal":    (*stage).modal,
	"no modal": func(s *stage, ctx context.Context, a act) (any, error) { return true, s.WaitNoModal(ctx, a.User) },
	"home":     (*stage).home,
	"files":    func(s *stage, _ context.Context, _ act) (any, error) { return s.Files(), nil },

	// Faults for the app.
	"calls":      func(s *stage, _ context.Context, a act) (any, error) { return s.Calls(a.Method), nil },
	"limit":      (*stage).limit,
	"refuse":     (*stage).refuse,
	"advance":    (*stage).advance,
	"disconnect": func(s *stage, _ context.Context, a act) (any, error) { return s.Disconnect(a.Reason), nil },
	"cut":        func(s *stage, _ context.Context, _ act) (any, error) { return s.Cut(), nil },
	"sockets":    (*stage).sockets,
}

// answer performs an act.
func (s *stage) answer(ctx context.Context, a act) answer {
	do, ok := acts[a.Do]
	if !ok {
		return answer{ID: a.ID, Error: fmt.Sprintf("there is no act %q", a.Do)}
	}
	value, err := do(s, ctx, a)
	if err != nil {
		return answer{ID: a.ID, Error: err.Error()}
	}
	return answer{ID: a.ID, Value: value}
}

func (s *stage) invoked(i *fakeslack.Invocation, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return s.sent(i.Envelope, nil)
}

func (s *stage) sent(e *fakeslack.Envelope, err error) (any, error) {
	if err != nil || e == nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts[e.ID] = e
	return e.ID, nil
}

func (s *stage) press(_ context.Context, a act) (any, error) {
	return s.invoked(s.Press(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS}, a.Action, a.Choice))
}

// event sends an event as the Events API wraps it.
func (s *stage) event(_ context.Context, a act) (any, error) {
	now := s.clock.now().Unix()
	return s.sent(s.Send(fakeslack.EventsAPI, map[string]any{
		"token": "interop", "type": "event_callback", "team_id": fakeslack.TeamID, "api_app_id": fakeslack.AppID,
		"event": a.Event, "event_id": fmt.Sprintf("Ev0PEERS%d", a.ID), "event_time": now,
		"is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{
			"team_id": fakeslack.TeamID, "user_id": fakeslack.BotUserID, "is_bot": true, "enterprise_id": nil,
			"is_enterprise_install": false,
		}},
	}))
}

// talk returns the message that a person wrote, and the id of its envelope, null if the app is not told of it.
func (s *stage) talk(_ context.Context, a act) (any, error) {
	m, e, err := s.Talk(a.User, a.Channel, a.Thread, a.Text)
	if err != nil {
		return nil, err
	}
	id, err := s.sent(e, nil)
	return map[string]any{"ts": m.TS, "of": id}, err
}

func (s *stage) edit(_ context.Context, a act) (any, error) {
	return s.sent(s.Edit(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS}, a.Text))
}

// redeliver sends an envelope again.
func (s *stage) redeliver(_ context.Context, a act) (any, error) {
	e, err := s.envelope(a.Of)
	if err != nil {
		return nil, err
	}
	return true, e.Redeliver()
}

func (s *stage) envelope(id string) (*fakeslack.Envelope, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.acts[id]
	if !ok {
		return nil, fmt.Errorf("there is no envelope %q", id)
	}
	return e, nil
}

// ack waits for the ack of an envelope, and returns its payload and its failure.
func (s *stage) ack(ctx context.Context, a act) (any, error) {
	e, err := s.envelope(a.Of)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.Acked():
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for an ack: %w", ctx.Err())
	}
	return map[string]any{"payload": e.AckPayload(), "failure": e.Failure()}, nil
}

// message waits for a message with a text: the answer to an envelope, or any that a person sees in a channel.
func (s *stage) message(ctx context.Context, a act) (any, error) {
	return s.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return (a.Of == "" || m.Envelope == a.Of) && (a.Channel == "" || m.Channel == a.Channel) &&
			(m.To == "" || a.User == "" || m.To == a.User) && strings.Contains(m.Text, a.Text)
	})
}

func (s *stage) modal(ctx context.Context, a act) (any, error) {
	return s.WaitModal(ctx, a.User, func(v fakeslack.View) bool {
		return strings.Contains(v.Title+string(v.Blocks)+fmt.Sprint(v.Errors), a.Text)
	})
}

func (s *stage) home(ctx context.Context, a act) (any, error) {
	return s.WaitHome(ctx, a.User, func(blocks json.RawMessage) bool {
		return strings.Contains(string(blocks), a.Text)
	})
}

// limit answers the next calls of a method with 429.
func (s *stage) limit(_ context.Context, a act) (any, error) {
	if a.Count < 1 || a.Seconds < 1 {
		return nil, errors.New("a limit needs a count and seconds")
	}
	s.Fail(a.Method, a.Count, fakeslack.Fault{RetryAfter: time.Duration(a.Seconds) * time.Second})
	return true, nil
}

// refuse answers the next calls of a method with an error.
func (s *stage) refuse(_ context.Context, a act) (any, error) {
	s.Fail(a.Method, a.Count, fakeslack.Fault{Error: a.Reason})
	return true, nil
}

func (s *stage) advance(_ context.Context, a act) (any, error) {
	s.clock.advance(time.Duration(a.Seconds) * time.Second)
	return true, nil
}

// sockets waits until a number of sockets have been opened and one is open.
func (s *stage) sockets(ctx context.Context, a act) (any, error) {
	err := s.Until(ctx, func(now fakeslack.Stats) bool { return now.Connects >= a.Count && now.Open > 0 })
	return s.Stats().Connects, err
}
