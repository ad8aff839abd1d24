package main

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

	"catbot/demo"
)

// screens, when it is set, is where pictures of the tour are written: go test -run Tour -screens docs .
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
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- runDemo(ctx, demo.Options{Addr: "127.0.0.1:0", Seed: 1}, func(url string) error { ready <- url; return nil })
	}()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("the demo does not end")
		}
	})
	v := &visitor{t: t}
	select {
	case v.url = <-ready:
	case err := <-ended:
		t.Fatalf("the demo does not start: %v", err)
	case <-time.After(patience):
		t.Fatal("the demo does not start")
	}
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

// does acts in the browser, as long as a person has patience.
func (v *visitor) does(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
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
	ctx, cancel := context.WithTimeout(v.ctx, patience)
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
	ctx, cancel := context.WithTimeout(v.ctx, patience)
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
	axe, err := os.ReadFile("demo/testdata/axe/axe.min.js")
	if err != nil {
		v.t.Fatal(err)
	}
	type violation struct {
		ID, Impact, Help string
		Nodes            []struct{ HTML, FailureSummary string }
	}
	v.script(string(axe) + ";0")
	ctx, cancel := context.WithTimeout(v.ctx, patience)
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

func TestATourOfTheDemo(t *testing.T) {
	v := visit(t, 1360, 900)
	v.until("the welcome stands", `document.querySelector(".welcome") !== null`)
	v.isAccessible("at first")

	v.types("/cat codes 126531 last 8h jiangxi")
	v.reads("Only visible to you", "移动 (China Mobile)", "Failures by ISP and reason", "/cat codes 126531 last 8h jiangxi")
	v.until("the chart is drawn", latest+`.querySelector("canvas")?.width > 300`)
	v.picture("demo-answer")
	v.isAccessible("an answer")

	v.presses("window", "codes 126531 last 24h jiangxi")
	v.reads("/cat codes 126531 last 24h jiangxi")
	v.presses("rows", "")
	v.reads("/cat codes 126531 last 24h jiangxi rows")
	v.until("a table is drawn", latest+`.querySelector(".datatable tbody tr") !== null`)
	v.script(`[...` + latest + `.querySelectorAll("th button")].at(-1).click()`)
	v.until("the table is sorted", latest+`.querySelector("th[aria-sort=descending]") !== null`)
	v.isAccessible("rows")
	v.types("/cat trend 126531 last 24h")
	v.reads("Failures over time by ISP", "/cat trend 126531 last 24h")
	v.until("the lines are drawn", latest+`.querySelector("canvas")?.width > 300`)
	v.picture("demo-trend")

	v.types("/cat digest add every 5m codes 126531 last 15m")
	v.reads("is added: it will post in #ops")
	v.operates("+15 min")
	v.reads("Digest ", "every 5m, Asia/Shanghai")
	v.until("the figures count it", `/Digests posted\s*1/.test(document.querySelector(".figures").textContent)`)
	v.picture("demo-digest")

	v.operates("gone")
	v.types("/cat codes 126540 last 8h")
	v.reads("CAT could not be reached")
	v.operates("ok")
	v.presses("refresh", "")
	v.reads("联通 (China Unicom)")
	v.isQuiet()
}

func TestPeopleFormsAndTheHomeTabInTheBrowser(t *testing.T) {
	v := visit(t, 1360, 900)

	v.types("/cat")
	v.until("the form opens", `document.querySelector("#modal[open] button[type=submit]") !== null`)
	v.script(`document.querySelector("#modal input[role=combobox]").focus()`)
	v.does(chromedp.KeyEvent("126540"))
	v.until("tasks are suggested", `document.querySelector("#modal [role=option]")?.textContent.includes("126540")`)
	v.isAccessible("a form")
	v.picture("demo-form")
	v.keys("ArrowDown", "Enter")
	v.until("the form stays open", `document.querySelector("#modal").open && document.querySelector("#modal input[role=combobox]").value.includes("126540")`)
	v.uses(`document.querySelector("#modal")`, "window", "last 24h")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.until("the form closes", `!document.querySelector("#modal").open`)
	v.reads("联通 (China Unicom)", "/cat codes 126540 last 24h")

	v.presses("digest", "")
	v.until("the form opens", `document.querySelector("#modal[open] [data-action=own_schedule]") !== null`)
	v.uses(`document.querySelector("#modal")`, "own_schedule", "every 1m")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.until("the field says what is wrong", `/5m|5 minutes/.test(document.querySelector("[data-error-of=own_schedule]").textContent)`)
	v.isAccessible("a form with an error")
	v.uses(`document.querySelector("#modal")`, "own_schedule", "every 15m")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.reads("is added: it will post in #ops")

	v.goes("home")
	v.until("the Home tab lists it", `document.querySelector("#home").textContent.includes("every 15m Asia/Shanghai")`)
	v.isAccessible("the Home tab")
	v.picture("demo-home")
	v.uses(`document.querySelector("#home")`, "pause", "")
	v.until("it is paused", `document.querySelector("#home").textContent.includes("is paused")`)
	v.uses(`document.querySelector("#home")`, "remove", "")
	v.until("it is asked about first", `document.querySelector("#confirm").open`)
	v.isAccessible("a question")
	v.script(`document.querySelector("#confirm .danger").click()`)
	v.until("it is removed", `document.querySelector("#home").textContent.includes("is removed")`)

	v.becomes("U0WEI")
	v.until("Wei's page", `!document.getElementById("chat").hidden && document.getElementById("person").value === "U0WEI"`)
	v.types("/cat 返回码 126548 最近8小时")
	v.reads("任务", "主要是一个省份", "四川")
	v.picture("demo-chinese")
	v.isQuiet()
}

func TestTheBotStaysCalmInTheBrowser(t *testing.T) {
	v := visit(t, 1360, 900)
	v.types("/cat codes 126531 last 8h")
	v.reads("移动 (China Mobile)")
	v.presses("share", "")
	v.reads("shared by @alice")
	v.presses("csv", "")
	v.until("the file is in the thread", `document.querySelectorAll("#messages .thread .file a").length === 1`)
	v.isAccessible("a thread")

	v.operates("redis")
	v.until("redis is away", `document.querySelector("#panel [data-key=redis]").checked`)
	v.types("/cat codes 126548 last 8h")
	v.reads("四川")
	v.until("the bot says so", `/away/.test(document.querySelector(".figures").textContent)`)
	v.operates("redis")
	v.until("digests have redis back", `document.querySelector(".log").textContent.includes("digests are well again")`)
	v.types("/cat alias set shop 126531")
	v.reads("shop stands for")

	v.operates("429 at the next message")
	v.types("/cat codes 126552 last 8h")
	v.until("slack's refusal is shown", `document.querySelector("#refusals").textContent.includes("ratelimited")`)
	v.reads("/cat codes 126552 last 8h")

	v.operates("slow")
	v.types("/cat codes 126572 last 8h")
	v.reads("Fetching", "/cat codes 126572 last 8h")
	v.until("the answer stands in the place of the word", latest+`.textContent.includes("Asked with") && !`+latest+`.textContent.includes("Fetching")`)
	v.operates("ok")

	v.operates("Reconnect")
	v.until("the bot has come back", `/connection 2/.test(document.querySelector(".figures").textContent)`)
	v.types("/cat codes 126556 last 8h csv")
	v.reads("Only visible to you", "in your messages with catbot")
	v.goes("D0ALICE")
	v.reads("catbot-126556-")

	v.goes("C0OPS")
	v.types("/cat codes 126531 last 8hh")
	v.reads("last 8h", "Try")
	v.types("hello")
	v.reads("Alice Archer", "hello")
	v.types("/dog")
	v.until("another command is turned away", `document.getElementById("notice").textContent.includes("/dog is not a command here")`)
	v.isQuiet()
}

func TestTheDemoOnAPhoneInTheDarkAndByKeyboard(t *testing.T) {
	v := visit(t, 390, 844)
	v.dark(true)
	v.script(`document.getElementById("box").focus()`)
	v.does(chromedp.KeyEvent("/cat c"))
	v.until("commands are offered", `document.querySelectorAll("#completions [role=option]").length > 3`)
	v.isAccessible("completion")
	v.does(chromedp.KeyEvent(kb.ArrowDown + kb.Enter + kb.Enter)) // arrow down, take, send
	v.reads("移动 (China Mobile)", "/cat codes 126531 last 8h jiangxi")
	v.until("nothing is wider than the phone", `document.documentElement.scrollWidth <= 390`)
	v.isAccessible("on a phone, in the dark")
	v.picture("demo-phone")
	v.does(chromedp.KeyEvent(kb.ArrowUp)) // arrow up
	v.until("the history is there", `document.getElementById("box").value === "/cat codes 126531 last 8h jiangxi"`)
	v.script(`document.getElementById("show-panel").click()`)
	v.until("the panel is there", `document.getElementById("panel").offsetWidth > 200`)
	v.isAccessible("the panel on a phone")
	v.isQuiet()
}

// TestThePageKnowsEveryBlockThatTheBotSends draws the bot's golden messages and views.
func TestThePageKnowsEveryBlockThatTheBotSends(t *testing.T) {
	v := visit(t, 1000, 800)
	v.script(`import("/blocks.js").then(m => { window.draw = (list) => m.blocks(list, {world: {zone: "UTC", locale: "en", now: () => new Date(), personName: () => "x", channelName: () => "y", channels: () => [], people: () => []}}); })`)
	v.until("the page's code is loaded", `window.draw !== undefined`)
	drawn := 0
	for _, pattern := range []string{"bot/testdata/*.json", "bot/testdata/zh/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			golden, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			drawn++
			v.script(`(() => { const place = document.createElement("div"); place.append(...window.draw((` + string(golden) + `).blocks)); window.last = place; })()`)
			if unknown := v.asks(`[...window.last.querySelectorAll(".unknown")].map(e => e.textContent).join("; ")`); unknown != "" {
				t.Errorf("%s: %s", file, unknown)
			}
			if live := v.asks(`window.last.querySelectorAll("script, img, iframe").length`); live != "0" {
				t.Errorf("%s comes alive", file)
			}
		}
	}
	if drawn < 60 {
		t.Errorf("only %d golden files were found", drawn)
	}
	strange := v.asks(`(() => { const place = document.createElement("div"); place.append(...window.draw([{type: "hologram"}])); return place.textContent; })()`)
	if !strings.Contains(strange, `does not know blocks of type "hologram"`) {
		t.Errorf("an unknown block reads %q", strange)
	}
}

func TestThePageReadsMrkdwnAsSlackDoes(t *testing.T) {
	v := visit(t, 1000, 800)
	v.script(`Promise.all([import("/mrkdwn.js"), import("/date.js")]).then(([m, d]) => {
		const world = {zone: "Asia/Shanghai", locale: "en-US", now: () => new Date("2026-11-23T10:00:00Z"), personName: (id) => ({U1: "alice"})[id], channelName: (id) => ({C1: "ops"})[id], channels: () => [], people: () => []};
		window.read = (text) => { const place = document.createElement("div"); place.append(...m.mrkdwn(text, world).flat(Infinity)); return place.innerHTML; };
		window.date = (seconds, format) => d.formatDate(new Date(seconds * 1000), format, world);
	})`)
	v.until("the page's code is loaded", `window.read !== undefined`)
	for text, want := range map[string]string{
		"plain":                              "plain",
		"*bold* and _italic_ and ~gone~":     "<strong>bold</strong> and <em>italic</em> and <s>gone</s>",
		"*bold _and italic_*":                "<strong>bold <em>and italic</em></strong>",
		"2*3*4 and snake_case_name":          "2*3*4 and snake_case_name",
		"`*code*`":                           "<code>*code*</code>",
		"a\nb":                               "a<br>b",
		"```\n*fence*\n  ^^\n```":            `<pre tabindex="0">*fence*` + "\n  ^^</pre>",
		"&gt; quoted\nnot":                   "<blockquote>quoted</blockquote>not",
		"&lt;b&gt; &amp;amp;":                "&lt;b&gt; &amp;amp;",
		"<@U1> <@U2|bob> <#C1> <#C2|x>":      `<span class="mention">@alice</span> <span class="mention">@bob</span> <span class="mention">#ops</span> <span class="mention">#x</span>`,
		"<!channel>":                         `<span class="mention loud">@channel</span>`,
		"<https://a.example/?a=1&amp;b|go>":  `<a href="https://a.example/?a=1&amp;b" target="_blank" rel="noopener noreferrer">go</a>`,
		"<javascript:alert(1)|x>":            "&lt;javascript:alert(1)|x&gt;",
		"<img src=x onerror=alert(1)>":       "&lt;img src=x onerror=alert(1)&gt;",
		":warning: :nothing_like_it: 10:30:": `<span role="img" aria-label="warning">⚠️</span> :nothing_like_it: 10:30:`,
	} {
		if got := v.asks(`window.read(` + quoted(text) + `)`); got != want {
			t.Errorf("%q reads\n%s, want\n%s", text, got, want)
		}
	}
	const noon = "1795406400" // 2026-11-23 12:00 in Shanghai
	for format, want := range map[string]string{
		"{date_num}": "2026-11-23", "{date_short_pretty}": "today", "{date_short}": "Nov 23, 2026", "{date_long}": "Monday, November 23, 2026",
		"at {time}": "at 12:00\u202fPM", "{ago}": "6 hours ago", "{unknown}": "{unknown}",
	} {
		if got := v.asks(`window.date(` + noon + `, ` + quoted(format) + `)`); strings.ReplaceAll(got, "\u202f", " ") != strings.ReplaceAll(want, "\u202f", " ") {
			t.Errorf("%s reads %q, want %q", format, got, want)
		}
	}
	v.isQuiet()
}
