package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"catbot/demo/fakeslack"
)

// An act is an action of a person on the page.
type act struct {
	Kind    string `json:"kind"`
	User    string `json:"user"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Thread  string `json:"thread"` // ts of the message that a text replies to
	Text    string `json:"text"`
	Action  string `json:"action"` // action_id of a control, callback_id of a shortcut
	Choice  string `json:"choice"`
	Code    int64  `json:"code"`
}

// An outcome is the answer to an act: an error or options to show.
type outcome struct {
	Error   string             `json:"error,omitempty"`
	Options []fakeslack.Option `json:"options,omitempty"`
}

// maxAct bounds the body of an act, in bytes.
const maxAct = 64 << 10

func (d *Demo) act(rw http.ResponseWriter, r *http.Request) {
	var a act
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxAct)).Decode(&a); err != nil {
		http.Error(rw, "an act is a JSON object", http.StatusBadRequest)
		return
	}
	var o outcome
	var err error
	if a.Kind == "suggest" {
		o.Options, err = d.Slack.Suggest(a.User, a.Action, a.Text)
	} else if err = d.perform(a); err == nil {
		err = d.operate(a)
	}
	var inputs *fakeslack.InputError
	if err != nil && !errors.As(err, &inputs) { // the form itself shows an InputError
		o.Error = err.Error()
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(rw).Encode(o) // the page may have been closed
}

// perform handles the acts of people of the workspace. It ignores other acts.
func (d *Demo) perform(a act) error {
	var e *fakeslack.Envelope
	var i *fakeslack.Invocation
	var err error
	switch a.Kind {
	case "type":
		return d.sendText(a)
	case "press":
		i, err = d.Slack.Press(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS}, a.Action, a.Choice)
	case "press home":
		i, err = d.Slack.PressHome(a.User, a.Action, a.Choice)
	case "shortcut":
		i, err = d.Slack.Shortcut(a.User, a.Action)
	case "fill":
		err = d.Slack.Fill(a.User, a.Action, a.Choice)
	case "submit":
		e, err = d.Slack.Submit(a.User)
	case "close":
		e, err = d.Slack.CloseModal(a.User)
	case "message shortcut":
		i, err = d.Slack.MessageShortcut(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS}, a.Action)
	case "home":
		e, err = d.Slack.OpenHome(a.User)
	case "delete":
		err = d.Slack.Delete(a.User, fakeslack.Message{Channel: a.Channel, TS: a.TS})
	}
	if i != nil {
		e = i.Envelope
	}
	if err != nil || e == nil {
		return err
	}
	return acked(e)
}

// ackTimeout is a little longer than Slack's own timeout of 3 s.
const ackTimeout = 3500 * time.Millisecond

// acked waits for the ack of e, and returns the error that Slack shows without a valid ack.
func acked(e *fakeslack.Envelope) error {
	select {
	case <-e.Acked():
	case <-time.After(ackTimeout):
	}
	if why := e.Failure(); why != "" {
		return errors.New("Slack shows an error: " + why)
	}
	return nil
}

// sendText handles text of a message box: a command, or a message, of which the bot hears if it is for it.
func (d *Demo) sendText(a act) error {
	text := strings.TrimSpace(a.Text)
	command, rest, _ := strings.Cut(text, " ")
	switch {
	case command == "/cat" && a.Thread != "":
		return errors.New("there are no commands in threads, as in Slack; write @catbot in place of /cat")
	case command == "/cat":
		i, err := d.Slack.Slash(a.User, a.Channel, command, d.escapeText(rest, true))
		if errors.Is(err, fakeslack.ErrDispatchFailed) {
			return errors.New("/cat failed because the app did not respond: it is not connected just now; " +
				"try again in a moment")
		}
		if err != nil {
			return err
		}
		return acked(i.Envelope)
	case strings.HasPrefix(text, "/"):
		return fmt.Errorf("%s is not a command here; /cat is", command)
	case text == "":
		return nil
	}
	_, _, err := d.Slack.Talk(a.User, a.Channel, a.Thread, d.escapeText(text, false))
	if errors.Is(err, fakeslack.ErrDispatchFailed) {
		return errors.New("the message is posted, but catbot is not connected just now and does not hear of it")
	}
	return err
}

var (
	entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	mention  = regexp.MustCompile(`[#@][a-z0-9-]+`)
)

// escapeText returns a text as Slack sends it: escaped, with ids in place of the names of channels and people. Those
// of a command have the name, too.
func (d *Demo) escapeText(text string, named bool) string {
	reference := func(id, name string) string {
		if named {
			id += "|" + name
		}
		return "<" + id + ">"
	}
	return mention.ReplaceAllStringFunc(entities.Replace(text), func(name string) string {
		for _, c := range d.Slack.Channels() {
			if name == "#"+c.Name && !c.IM {
				return reference("#"+c.ID, c.Name)
			}
		}
		for _, u := range d.Slack.Users() {
			if name == "@"+u.Name {
				return reference("@"+u.ID, u.Name)
			}
		}
		if name == "@catbot" {
			return reference("@"+fakeslack.BotUserID, "catbot")
		}
		return name
	})
}

// operate handles the acts of the operator's panel. It ignores other acts.
func (d *Demo) operate(a act) error {
	switch a.Kind {
	case "health":
		return d.SetHealth(a.Choice, a.Code)
	case "redis":
		return d.Redis.SetGone(a.Choice == "gone")
	case "limit":
		d.LimitSlack()
	case "reconnect":
		d.Slack.Disconnect("refresh_requested")
	case "forward":
		by, err := time.ParseDuration(a.Choice)
		if err != nil {
			return fmt.Errorf("moving the clock by %q: %w", a.Choice, errUnknown)
		}
		d.Clock.Forward(by)
	case "morning":
		d.Clock.ForwardTo(9, time.FixedZone("UTC+8", 8*60*60))
	case "incident":
		d.Clock.Forward(d.Probes.NextIncident(d.Clock.Now()).Sub(d.Clock.Now()))
	case "type", "press", "press home", "shortcut", "message shortcut", "fill", "submit", "close", "home", "delete":
	default:
		return fmt.Errorf("%q: %w", a.Kind, errUnknown)
	}
	return nil
}
