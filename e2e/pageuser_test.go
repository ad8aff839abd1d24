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

// screens is the folder that pictures of the demo are written to: go test ./e2e -run Tour -screens ../docs
var screens = flag.String("screens", "", "write pictures of the demo's tour into this folder")

// A pageUser uses the demo's page in a real browser.
type pageUser struct {
	t        *testing.T
	ctx      context.Context
	url      string
	mu       sync.Mutex
	problems []string // errors and warnings of the browser's console
}

// openPage starts the demo and opens its page in a browser.
func openPage(t *testing.T, width, height int64) *pageUser {
	t.Helper()
	d, url := startDemo(t, nil)
	t.Cleanup(func() { d.interrupt(t) })
	v := &pageUser{t: t, url: url}
	v.ctx = browser(t)
	consoleCtx, stopConsole := context.WithCancel(v.ctx)
	messages := chromedp.Console(consoleCtx)
	consoleDone := make(chan struct{})
	go func() {
		defer close(consoleDone)
		for m, err := range messages {
			if err != nil {
				return
			}
			v.record(m)
		}
	}()
	t.Cleanup(func() {
		stopConsole()
		<-consoleDone
	})
	v.run(chromedp.EmulateViewport(width, height), chromedp.Navigate(v.url))
	v.waitUntil("the bot is connected", `document.querySelector(".figures")?.textContent.includes("connected (")`)
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

func (v *pageUser) record(m chromedp.ConsoleMessage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if m.IsException() || m.Type == "error" || m.Type == "warning" {
		v.problems = append(v.problems, m.String())
	}
}

// run runs actions in the browser, for at most waitLimit.
func (v *pageUser) run(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.t.Fatalf("in the browser: %v\n%s", err, v.text())
	}
}

// script runs JavaScript in the page.
func (v *pageUser) script(text string) {
	v.t.Helper()
	v.run(chromedp.Evaluate[chromedp.Void](text))
}

// waitUntil waits until a JavaScript condition is true on the page.
func (v *pageUser) waitUntil(what, condition string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	poll := chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingInterval(50*time.Millisecond))
	if err := chromedp.Do(ctx, poll); err != nil {
		v.t.Fatalf("%s: %v\nthe page reads:\n%s", what, err, v.text())
	}
}

// text returns the text of the page, and what has the focus.
func (v *pageUser) text() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](
		`document.body.innerText + "\nthe focus is on " + document.activeElement.outerHTML.slice(0, 300)`))
	return text
}

// evaluate returns the value of a JavaScript expression as text.
func (v *pageUser) evaluate(expression string) string {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, waitLimit)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		v.t.Fatalf("in the browser: %v", err)
	}
	return value
}

// sendText sends text through the message box.
func (v *pageUser) sendText(text string) {
	v.t.Helper()
	v.script(`document.getElementById("box").focus()`)
	// As an input method does.
	if _, err := chromedp.Call(v.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		v.t.Fatal(err)
	}
	v.run(chromedp.KeyEvent(kb.Enter))
}

const latest = `[...document.querySelectorAll("#messages > article")].at(-1)`

// waitForText waits until the latest message contains all of texts.
func (v *pageUser) waitForText(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		v.waitUntil(fmt.Sprintf("waiting for a latest message with %q", text),
			latest+`?.textContent.includes(`+quoted(text)+`)`)
	}
}

// useLatest uses a control of the latest message; choice is the value of a menu's option.
func (v *pageUser) useLatest(action, choice string) {
	v.t.Helper()
	v.useControl(latest, action, choice)
}

// useControl uses a control within an element, given as a JavaScript expression.
func (v *pageUser) useControl(place, action, choice string) {
	v.t.Helper()
	find := place + `.querySelector('[data-action=` + quoted(action) + `]')`
	v.waitUntil("waiting for the control "+action, `!!`+find)
	script := find + `.click()`
	if choice != "" {
		script = setValue(find, choice)
	}
	v.script(script)
}

// chooseTask types a task's id into the focused field of a form and chooses the first suggestion.
func (v *pageUser) chooseTask(id string) {
	v.t.Helper()
	v.run(chromedp.KeyEvent(id))
	v.waitUntil("tasks are suggested",
		`document.querySelector("#modal [role=option]")?.textContent.includes(`+quoted(id)+`)`)
	v.dispatchKeys("ArrowDown", "Enter")
}

// clickPanel clicks a button or a switch of the operator's panel.
func (v *pageUser) clickPanel(key string) {
	v.t.Helper()
	v.script(`document.querySelector('#panel [data-key=` + quoted(key) + `]').click()`)
}

// switchPerson chooses another person of the workspace.
func (v *pageUser) switchPerson(user string) {
	v.t.Helper()
	v.script(setValue(`document.getElementById("person")`, user))
}

// setValue returns a script that changes a field as a person does.
func setValue(field, value string) string {
	return `((e) => {
		e.value = ` + quoted(value) + `;
		e.dispatchEvent(new Event("change", {bubbles: true}));
	})(` + field + `)`
}

// dispatchKeys sends keydown events to the focused element. The browser's own reaction to a key is left out.
func (v *pageUser) dispatchKeys(names ...string) {
	v.t.Helper()
	for _, name := range names {
		v.script(`document.activeElement.dispatchEvent(
			new KeyboardEvent("keydown", {key: ` + quoted(name) + `, bubbles: true, cancelable: true}))`)
	}
}

// openPlace opens another channel or tab.
func (v *pageUser) openPlace(place string) {
	v.t.Helper()
	v.script(`document.querySelector('nav [data-key=` + quoted(place) + `]').click()`)
}

// hover moves the pointer to the middle of an element, given as a JavaScript expression.
func (v *pageUser) hover(element string) {
	v.t.Helper()
	v.script(element + `.scrollIntoView({block: "nearest"})`)
	var x, y float64
	place := v.evaluate(`((r) => (r.left + r.width / 2) + " " + (r.top + r.height / 2))(` +
		element + `.getBoundingClientRect())`)
	if _, err := fmt.Sscan(place, &x, &y); err != nil {
		v.t.Fatalf("reading the place %q of an element: %v", place, err)
	}
	v.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// scrollTo scrolls an element's top into view, given as a JavaScript expression, once the page has been drawn.
func (v *pageUser) scrollTo(element string) {
	v.t.Helper()
	v.waitForFrames()
	v.script(element + `.scrollIntoView({block: "start"})`)
	v.waitForFrames()
}

// waitForFrames waits until the page has been drawn twice: what was changed before is then on the screen.
func (v *pageUser) waitForFrames() {
	v.t.Helper()
	v.script(`window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true; }))`)
	v.waitUntil("the page is drawn", `window.drawn`)
}

// checkAccessibility runs axe on the page.
func (v *pageUser) checkAccessibility(where string) {
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
	const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => ({
		ID: v.id, Impact: v.impact, Help: v.help,
		Nodes: v.nodes.map((n) => ({HTML: n.html, FailureSummary: n.failureSummary})),
	})))`
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](runAxe, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("axe: %v", err)
	}
	for _, f := range found {
		v.t.Errorf("%s: %s, %s: %s\n%+v", where, f.Impact, f.ID, f.Help, f.Nodes)
	}
}

// setDark switches to the dark colours, or back.
func (v *pageUser) setDark(on bool) {
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

// screenshot writes a picture of the page when -screens is set.
func (v *pageUser) screenshot(name string) {
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

// checkConsole reports the errors and warnings of the browser's console.
func (v *pageUser) checkConsole() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.problems) > 0 {
		v.t.Errorf("the browser's console has\n%s", strings.Join(v.problems, "\n"))
	}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text) // a string can always be encoded
	return string(encoded)
}
