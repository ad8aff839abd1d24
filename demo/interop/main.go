// Command interop runs a simulated workspace for a test in another language, so that Slack's own clients can be let
// loose on it.
//
// It talks in lines of JSON. The first line that it writes says where the workspace is:
//
//	{"api":"http://127.0.0.1:PORT/api/","bot":"xoxb-…","app":"xapp-…"}
//
// Then it reads what people do or want to see, and answers each line when that is done or seen, with its id: waits may
// overlap. What can be asked for stands in acts.
//
//	{"id":1,"do":"slash","user":"U0ALICE","channel":"C0OPS","command":"/cat","text":"help"}
//	{"id":1,"value":"4b1c…"}
//	{"id":2,"do":"press","user":"U0ALICE","action":"nothing-here"}
//	{"id":2,"error":"there is no such message"}
//
// It ends with its input, and the workspace with it.
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

// longest is the most that an act waits for something to be seen. It ends a test that hangs, and measures nothing.
const longest = 30 * time.Second

// maxLine bounds one line of input, in bytes.
const maxLine = 1 << 20

// An answer is what is said of one act.
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
			_ = lines.write(s.answer(ctx, a)) // whoever does not read any more has ended
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

// A clock runs with the machine's, ahead of it by what it was advanced.
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
