package fakeslack

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// An Invocation is one action of a person and its answers: a command, or the use of a control or a shortcut.
type Invocation struct {
	*Envelope
	User    string // id
	Channel string // id; empty where there is none: in a view and for a shortcut
	Command string // "/cat"; empty for all but commands
	Text    string // of a command

	since   uint64 // number of the next state of the journal when it was sent
	pressed place  // of the message that holds the control, if one does
}

// Slash sends a slash command of a person in a channel to one of the open sockets. The caller does what Slack does to
// typed text (escapes, smart quotes). After an error nothing was sent: the person or the channel is unknown, the person
// is not in the channel, or the error is ErrDispatchFailed.
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
	e.responseURL = &responseURL{envelope: e.ID, user: user, channel: channel, born: w.opts.Now()}
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

// slashName returns the channel_name of a slash command.
func (c Channel) slashName() string {
	switch {
	case c.IM:
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

// ResponseURL returns the invocation's response_url, or "" if it has none. It is a secret: do not log it.
func (i *Invocation) ResponseURL() string {
	if i.responseURL == nil {
		return ""
	}
	return "http://" + i.w.host + responseURLPath + i.secret
}

// concerns reports whether m may be an answer to i: it came through i's response_url or ack; or it has i's control and
// has changed since; or the bot posted it by the Web API, in i's channel or the direct conversation, and the person
// sees
// it. In the last case one message may concern several invocations.
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

// Messages lists the current states of the possible answers to i, in the order of posting.
func (i *Invocation) Messages() []Message {
	var mine []Message
	for _, m := range i.w.Messages() {
		if i.concerns(&m) {
			mine = append(mine, m)
		}
	}
	return mine
}

// Wait returns the first state, past or future, of a possible answer to i for which fits is true; a nil fits accepts
// any. It fails when ctx ends or the workspace closes.
func (i *Invocation) Wait(ctx context.Context, fits func(Message) bool) (Message, error) {
	if fits == nil {
		fits = func(Message) bool { return true }
	}
	return i.w.journal.feedFrom(i.since, i.concerns).wait(ctx, fits)
}

// envelopes stores the last envelopes and their response_urls.
type envelopes struct {
	mu           sync.Mutex
	keep         int
	order        []*Envelope // ring
	next         int
	byID         map[string]*Envelope
	responseURLs map[string]*responseURL // by the secret part of the response_url
}

func newEnvelopes(keep int) *envelopes {
	return &envelopes{keep: keep, byID: map[string]*Envelope{}, responseURLs: map[string]*responseURL{}}
}

// add stores e. When there are too many it removes the oldest, whose ack and response_url are then unknown.
func (s *envelopes) add(e *Envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) < s.keep {
		s.order = append(s.order, e)
	} else {
		old := s.order[s.next]
		old.disarm()
		delete(s.byID, old.ID)
		delete(s.responseURLs, old.secret)
		s.order[s.next] = e
		s.next = (s.next + 1) % s.keep
	}
	s.byID[e.ID] = e
	if e.responseURL != nil {
		s.responseURLs[e.secret] = e.responseURL
	}
}

func (s *envelopes) get(id string) (*Envelope, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	return e, ok
}

func (s *envelopes) responseURL(secret string) (*responseURL, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.responseURLs[secret]
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
