package fakeslack

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// An Invocation is one thing that a person did, and what came of it: a command typed, a control or a shortcut used.
type Invocation struct {
	*Envelope
	User    string // id
	Channel string // id; empty where there is none: in a view and for a shortcut
	Command string // "/cat"; empty for all but commands
	Text    string // of a command

	since   uint64 // state of the journal that came next when it was sent
	pressed place  // of the message that holds the control, if one does
}

// Slash lets a person type a command in a channel; it goes to one of the open sockets. Text is sent as it is:
// what Slack does to a typed text before it sends it (escapes, smart quotes) is for the caller to do.
// An error means that nothing was sent: an unknown person or channel, a person who is not in the channel, or
// ErrDispatchFailed.
func (w *Workspace) Slash(user, channel, command, text string) (*Invocation, error) {
	u, ok := w.people.user(user)
	if !ok {
		return nil, fmt.Errorf("typing %s: there is no user %q", command, user)
	}
	c, ok := w.people.channel(channel)
	if !ok || !c.has(user) {
		return nil, fmt.Errorf("typing %s: user %q is in no channel %q", command, user, channel)
	}
	e := w.newEnvelope(SlashCommands, true)
	e.secret = rand.Text()
	e.hook = &hook{envelope: e.ID, user: user, channel: channel, born: w.opts.Now()}
	i := &Invocation{Envelope: e, User: user, Channel: channel, Command: command, Text: text, since: w.journal.end()}
	team, enterprise := w.home(u)
	payload := map[string]any{
		"token": "workspace", "team_id": team, "team_domain": teamName, "api_app_id": AppID,
		"channel_id": channel, "channel_name": c.slashName(), "user_id": user, "user_name": u.Name,
		"command": command, "text": text, "is_enterprise_install": strconv.FormatBool(w.opts.OrgInstall),
		"response_url": i.ResponseURL(), "trigger_id": w.triggers.issue(user, ""),
	}
	if enterprise != "" {
		payload["enterprise_id"], payload["enterprise_name"] = enterprise, enterprise
	}
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}

// slashName is how a slash command names the channel it was typed in.
func (c Channel) slashName() string {
	switch {
	case c.IM:
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

// ResponseURL is the invocation's response_url, empty where it has none. Whoever has it can answer: it belongs in no log.
func (i *Invocation) ResponseURL() string {
	if i.hook == nil {
		return ""
	}
	return "http://" + i.w.host + hookPath + i.secret
}

// concerns reports whether m may be an answer to i: it came through i's response_url or ack, it is the message whose
// control i used and has changed since, or the bot posted it by the Web API where i's person sees it, in i's channel or in the direct conversation. Of the second kind
// one message may concern several invocations.
func (i *Invocation) concerns(m *Message) bool {
	switch {
	case m.state < i.since:
		return false
	case m.place() == i.pressed:
		return true
	case m.Envelope != "":
		return m.Envelope == i.ID
	case m.From != BotUserID || (m.To != "" && m.To != i.User):
		return false
	}
	return m.Channel == i.Channel || m.Channel == "D"+strings.TrimPrefix(i.User, "U")
}

// Messages lists what may be answers to i, as each stands now, in the order they were posted.
func (i *Invocation) Messages() []Message {
	var mine []Message
	for _, m := range i.w.Messages() {
		if i.concerns(&m) {
			mine = append(mine, m)
		}
	}
	return mine
}

// Wait returns the first state, past or to come, of a message that may be an answer to i and fits; a nil fits
// takes any. It fails when ctx ends or the workspace closes.
func (i *Invocation) Wait(ctx context.Context, fits func(Message) bool) (Message, error) {
	if fits == nil {
		fits = func(Message) bool { return true }
	}
	return i.w.journal.feedFrom(i.since, i.concerns).wait(ctx, fits)
}

// envelopes remembers the last envelopes and their response_urls.
type envelopes struct {
	mu    sync.Mutex
	keep  int
	order []*Envelope // ring
	next  int
	byID  map[string]*Envelope
	hooks map[string]*hook // by the secret part of the response_url
}

func newEnvelopes(keep int) *envelopes {
	return &envelopes{keep: keep, byID: map[string]*Envelope{}, hooks: map[string]*hook{}}
}

// add remembers e and, when there are too many, forgets the oldest: its ack and its response_url mean nothing any more.
func (s *envelopes) add(e *Envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) < s.keep {
		s.order = append(s.order, e)
	} else {
		old := s.order[s.next]
		old.disarm()
		delete(s.byID, old.ID)
		delete(s.hooks, old.secret)
		s.order[s.next] = e
		s.next = (s.next + 1) % s.keep
	}
	s.byID[e.ID] = e
	if e.hook != nil {
		s.hooks[e.secret] = e.hook
	}
}

func (s *envelopes) get(id string) (*Envelope, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	return e, ok
}

func (s *envelopes) hook(secret string) (*hook, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hooks[secret]
	return h, ok
}

// stop ends every timer.
func (s *envelopes) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.order {
		e.disarm()
	}
}

func (e *Envelope) disarm() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
	}
}
