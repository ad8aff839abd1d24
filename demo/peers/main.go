// Command peers runs the simulated workspace for Slack's own clients: peers.test.mjs starts it, reads where it is from the first
// line of its output, and lets people act by lines of JSON. It ends with its input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"catbot/demo/workspace"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// An order is one line of input: what a person does, or what is to be waited for.
type order struct {
	Do      string `json:"do"`
	User    string `json:"user"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Text    string `json:"text"`
	Action  string `json:"action"`
	Choice  string `json:"choice"`
	Method  string `json:"method"`
	Error   string `json:"error"`
	Seconds int    `json:"seconds"`
	Count   int    `json:"count"`
}

// An answer is one line of output.
type answer struct {
	Error string `json:"error,omitempty"`
	Value any    `json:"value,omitempty"`
}

// patience bounds every wait.
const patience = 15 * time.Second

func run(in io.Reader, out io.Writer) error {
	w, err := workspace.Start(workspace.Options{})
	if err != nil {
		return err
	}
	defer w.Close()
	say := json.NewEncoder(out)
	say.SetEscapeHTML(false)
	if err := say.Encode(map[string]string{"apiURL": w.APIURL(), "botToken": w.BotToken(), "appToken": w.AppToken()}); err != nil {
		return fmt.Errorf("saying where the workspace is: %w", err)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o order
		var a answer
		err := json.Unmarshal(lines.Bytes(), &o)
		if err == nil {
			a.Value, err = obey(w, o)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := say.Encode(a); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
	return lines.Err()
}

func obey(w *workspace.Workspace, o order) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	at := workspace.Message{Channel: o.Channel, TS: o.TS}
	switch o.Do {
	case "slash":
		return acked(ctx)(w.Slash(o.User, o.Channel, "/cat", o.Text))
	case "press":
		return acked(ctx)(w.Press(o.User, at, o.Action, o.Choice))
	case "press home":
		return acked(ctx)(w.PressHome(o.User, o.Action, o.Choice))
	case "shortcut":
		return acked(ctx)(w.Shortcut(o.User, o.Action))
	case "open home":
		return ackOf(ctx)(w.OpenHome(o.User))
	case "submit":
		return ackOf(ctx)(w.Submit(o.User))
	case "close":
		_, err := w.CloseModal(o.User)
		return nil, err
	case "fill":
		return nil, w.Fill(o.User, o.Action, o.Choice)
	case "suggest":
		return w.Suggest(o.User, o.Action, o.Text)
	case "message":
		return w.WaitMessage(ctx, func(m workspace.Message) bool {
			return !m.Deleted && strings.Contains(m.Text+string(m.Blocks), o.Text) && (o.User == "" || m.To == o.User)
		})
	case "deleted":
		return w.WaitMessage(ctx, func(m workspace.Message) bool { return m.Deleted && m.TS == o.TS })
	case "modal":
		return w.WaitModal(ctx, o.User, func(v workspace.View) bool { return strings.Contains(v.Title+string(v.Blocks), o.Text) })
	case "no modal":
		return nil, w.WaitNoModal(ctx, o.User)
	case "errors":
		v, _ := w.Modal(o.User)
		return v.Errors, nil
	case "home":
		return w.WaitHome(ctx, o.User, func(blocks json.RawMessage) bool { return strings.Contains(string(blocks), o.Text) })
	case "files":
		return w.Files(), nil
	case "fail":
		w.Fail(o.Method, o.Count, workspace.Fault{Error: o.Error, RetryAfter: time.Duration(o.Seconds) * time.Second})
		return nil, nil
	case "disconnect":
		return w.Disconnect(o.Text), nil
	case "calls":
		return len(w.Calls(o.Method)), nil
	case "connects":
		return nil, w.Until(ctx, func(s workspace.Stats) bool { return s.Connects >= o.Count })
	}
	return nil, fmt.Errorf("%q is nothing that can be done", o.Do)
}

// acked waits until the client has acked what a person did.
func acked(ctx context.Context) func(*workspace.Invocation, error) (any, error) {
	return func(i *workspace.Invocation, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return ackOf(ctx)(i.Envelope, nil)
	}
}

func ackOf(ctx context.Context) func(*workspace.Envelope, error) (any, error) {
	return func(e *workspace.Envelope, err error) (any, error) {
		if err != nil || e == nil {
			return nil, err
		}
		select {
		case <-e.Acked():
			if why := e.Failure(); why != "" {
				return nil, errors.New(why)
			}
			return e.AckPayload(), nil
		case <-ctx.Done():
			return nil, errors.New("no ack came: " + e.Failure())
		}
	}
}
