package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// screens, when it is set, is where pictures of the tour are written: go test ./e2e -run Tour -screens ../docs
var screens = flag.String("screens", "", "write pictures of the demo's tour into this folder")

// A visitor is somebody at the demo's page, in a real browser.
type visitor struct {
	t       *testing.T
	ctx     context.Context
	url     string
	mu      sync.Mutex
	trouble []string // errors in the browser's console
}

// visit starts the demo and opens its page.
func visit(t *testing.T, width, height int64) *visitor {
	t.Helper()
	d, url := startDemo(t, nil)
	t.Cleanup(func() { d.interrupt(t) })
	v := &visitor{t: t, url: url}
	v.ctx = browser(t)
	hearing, deaf := context.WithCancel(v.ctx)
	messages := chromedp.Console(hearing)
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		for m, err := range messages {
			if err != nil {
				return
			}
			v.hear(m)
		}
	}()
	t.Cleanup(func() {
		deaf()
		<-listening
	})
	v.does(chromedp.EmulateViewport(width, height), chromedp.Navigate(v.url))
	v.until("the bot is connected", `document.querySelector(".figures")?.textContent.includes("connected (")`)
	return v
}

// browser starts a browser, which ends with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	allocated, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		leave()
		end()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting the browser (make test installs Chromium): %v", err)
	}
	return ctx
}

func (v *visitor) hear(m chromedp.ConsoleMessage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if m.IsException() || m.Type == "error" || m.Type == "warning" {
		v.trouble = append(v.trouble, m.String())
	}
}

// does acts in the browser, for at most waitLimit.
func (v *visitor) does(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.t.Fatalf("in the browser: %v\n%s", err, v.text())
	}
}

// script runs JavaScript in the page.
func (v *visitor) script(text string) {
	v.t.Helper()
	v.does(chromedp.Evaluate[chromedp.Void](text))
}

// until waits for the page to be as a JavaScript condition wants.
func (v *visitor) until(what, condition string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingInterval(50*time.Millisecond))); err != nil {
		v.t.Fatalf("%s: %v\nthe page reads:\n%s", what, err, v.text())
	}
}

func (v *visitor) text() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	return text
}

// asks gives the value of a JavaScript expression as a text.
func (v *visitor) asks(expression string) string {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		v.t.Fatalf("in the browser: %v", err)
	}
	return value
}

// types sends a text by the message box.
func (v *visitor) types(text string) {
	v.t.Helper()
	v.script(`document.getElementById("box").focus()`)
	if _, err := chromedp.Call(v.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil { // as an input method does
		v.t.Fatal(err)
	}
	v.does(chromedp.KeyEvent(kb.Enter))
}

const latest = `[...document.querySelectorAll("#messages > article")].at(-1)`

// reads waits until the latest message has all of texts.
func (v *visitor) reads(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		v.until(fmt.Sprintf("the latest message never reads %q", text), latest+`?.textContent.includes(`+quoted(text)+`)`)
	}
}

// presses uses a control of the latest message; choice is the value of a menu's option.
func (v *visitor) presses(action, choice string) {
	v.t.Helper()
	v.uses(latest, action, choice)
}

func (v *visitor) uses(place, action, choice string) {
	v.t.Helper()
	find := place + `.querySelector('[data-action=` + quoted(action) + `]')`
	v.until("there is no control "+action, `!!`+find)
	script := find + `.click()`
	if choice != "" {
		script = `(() => { const e = ` + find + `; e.value = ` + quoted(choice) + `; e.dispatchEvent(new Event("change", {bubbles: true})); })()`
	}
	v.script(script)
}

// operates presses a button of the operator's panel, or picks a switch there.
func (v *visitor) operates(key string) {
	v.t.Helper()
	v.script(`document.querySelector('#panel [data-key=` + quoted(key) + `]').click()`)
}

// becomes lets the visitor be somebody else.
func (v *visitor) becomes(user string) {
	v.t.Helper()
	v.script(`(() => { const e = document.getElementById("person"); e.value = ` + quoted(user) + `; e.dispatchEvent(new Event("change")); })()`)
}

// keys presses keys that the page itself listens for, on what has the focus. What the browser does with a key is left out.
func (v *visitor) keys(names ...string) {
	v.t.Helper()
	for _, name := range names {
		v.script(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: ` + quoted(name) + `, bubbles: true, cancelable: true}))`)
	}
}

// goes lets the visitor look at another channel or tab.
func (v *visitor) goes(place string) {
	v.t.Helper()
	v.script(`document.querySelector('nav [data-key=` + quoted(place) + `]').click()`)
}

// isAccessible runs axe on the page as it is.
func (v *visitor) isAccessible(where string) {
	v.t.Helper()
	axe, err := os.ReadFile("../demo/testdata/axe/axe.min.js")
	if err != nil {
		v.t.Fatal(err)
	}
	type violation struct {
		ID, Impact, Help string
		Nodes            []struct{ HTML, FailureSummary string }
	}
	v.script(string(axe) + ";0")
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => (
		{ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("axe: %v", err)
	}
	for _, f := range found {
		v.t.Errorf("%s: %s, %s: %s\n%+v", where, f.Impact, f.ID, f.Help, f.Nodes)
	}
}

// dark switches to the dark colours, or back.
func (v *visitor) dark(on bool) {
	v.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
	})
	if err != nil {
		v.t.Fatal(err)
	}
}

// picture writes what the page looks like, when pictures are wanted.
func (v *visitor) picture(name string) {
	v.t.Helper()
	if *screens == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screens, name+".png"), png, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// isQuiet reports what stood in the browser's console.
func (v *visitor) isQuiet() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.trouble) > 0 {
		v.t.Errorf("the browser's console has\n%s", strings.Join(v.trouble, "\n"))
	}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text) // a string can always be encoded
	return string(encoded)
}
