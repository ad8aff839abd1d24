// Command interop runs a simulated workspace for tests of Slack's own clients in another language.
//
// It reads and writes lines of JSON. The first line of output has the address of the workspace:
//
//	{"api":"http://127.0.0.1:PORT/api/","bot":"xoxb-…","app":"xapp-…"}
//
// Each line of input is an act: something that a person does, or waits to see. Its answer has the same id; waits may
// overlap. See acts.
//
//	{"id":1,"do":"slash","user":"U0ALICE","channel":"C0OPS","command":"/cat","text":"help"}
//	{"id":1,"value":"4b1c…"}
//	{"id":2,"do":"press","user":"U0ALICE","action":"nothing-here"}
//	{"id":2,"error":"there is no such message"}
//
// The command and the workspace end with the input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"catbot/demo/fakeslack"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}

// longest bounds the wait of an act.
const longest = 30 * time.Second

// maxLine bounds one line of input, in bytes.
const maxLine = 1 << 20

// An answer is the answer to an act.
type answer struct {
	ID    int    `json:"id"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func run(in io.Reader, out io.Writer) error {
	var clock clock
	w, err := fakeslack.Start(fakeslack.Options{Now: clock.now})
	if err != nil {
		return err
	}
	defer w.Close()
	s := &stage{Workspace: w, clock: &clock, acts: map[string]*fakeslack.Envelope{}}
	lines := &lines{to: json.NewEncoder(out)}
	if err := lines.write(map[string]string{"api": w.APIURL(), "bot": w.BotToken(), "app": w.AppToken()}); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	input := bufio.NewScanner(in)
	input.Buffer(nil, maxLine)
	for input.Scan() {
		var a act
		if err := json.Unmarshal(input.Bytes(), &a); err != nil {
			return fmt.Errorf("reading an act: %w", err)
		}
		working.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, longest)
			defer cancel()
			_ = lines.write(s.answer(ctx, a)) // the reader may have ended
		})
	}
	return input.Err()
}

// lines writes JSON from many goroutines, one value a line.
type lines struct {
	mu sync.Mutex
	to *json.Encoder
}

func (l *lines) write(value any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Encode(value)
}

// A clock is the machine's clock plus an offset.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}
