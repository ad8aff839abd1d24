package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestDemoTour(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.waitUntil("the welcome stands", `document.querySelector(".welcome") !== null`)
	v.checkAccessibility("at first")

	v.sendText("/cat codes 126531 last 8h jiangxi")
	v.waitForText("Only visible to you", "移动 (China Mobile)")
	v.waitForText("Failures by ISP and reason", "/cat codes 126531 last 8h jiangxi")
	v.waitUntil("the chart is drawn", latest+`.querySelector("canvas")?.width > 300`)
	v.screenshot("demo-answer")
	v.checkAccessibility("an answer")

	v.useLatest("window", "codes 126531 last 24h jiangxi")
	v.waitForText("/cat codes 126531 last 24h jiangxi")
	v.useLatest("rows", "")
	v.waitForText("/cat codes 126531 last 24h jiangxi rows")
	v.waitUntil("a table is drawn", latest+`.querySelector(".datatable tbody tr") !== null`)
	v.script(`[...` + latest + `.querySelectorAll("th button")].at(-1).click()`)
	v.waitUntil("the table is sorted", latest+`.querySelector("th[aria-sort=descending]") !== null`)
	v.checkAccessibility("rows")
	v.sendText("/cat trend 126531 last 24h")
	v.waitForText("Failures over time by ISP", "/cat trend 126531 last 24h")
	v.waitUntil("the lines are drawn", latest+`.querySelector("canvas")?.width > 300`)
	v.screenshot("demo-trend")
	v.sendText("/cat codes task-00002pmr last 8h jiangxi")
	v.waitForText("Failures over time by ISP", "/cat codes task-00002pmr last 8h jiangxi")
	v.waitUntil("the lines are drawn", latest+`.querySelector("canvas")?.width > 300`)
	v.screenshot("demo-over-time")

	v.sendText("/cat digest add every 5m codes 126531 last 15m")
	v.waitForText("is added: it will post in #ops")
	v.clickPanel("+15 min")
	v.waitForText("Digest ", "every 5m tz Asia/Shanghai")
	v.waitUntil("the figures count it", `/Digests posted\s*1/.test(document.querySelector(".figures").textContent)`)
	v.screenshot("demo-digest")

	v.clickPanel("gone")
	v.sendText("/cat codes 126540 last 8h")
	v.waitForText("CAT could not be reached")
	v.clickPanel("ok")
	v.useLatest("refresh", "")
	v.waitForText("联通 (China Unicom)")
	v.checkConsole()
}

func TestPeopleFormsAndHomeTabInBrowser(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)

	v.sendText("/cat")
	v.waitUntil("the form opens", `document.querySelector("#modal[open] button[type=submit]") !== null`)
	v.script(`document.querySelector("#modal input[role=combobox]").focus()`)
	v.run(chromedp.KeyEvent("126540"))
	v.waitUntil("tasks are suggested", `document.querySelector("#modal [role=option]")?.textContent.includes("126540")`)
	v.checkAccessibility("a form")
	v.screenshot("demo-form")
	v.dispatchKeys("ArrowDown", "Enter")
	v.waitUntil("the form stays open",
		`document.querySelector("#modal").open &&
		document.querySelector("#modal input[role=combobox]").value.includes("126540")`)
	v.useControl(`document.querySelector("#modal")`, "window", "last 24h")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.waitUntil("the form closes", `!document.querySelector("#modal").open`)
	v.waitForText("联通 (China Unicom)", "/cat codes 126540 last 24h")

	v.useLatest("digest", "")
	v.waitUntil("the form opens", `document.querySelector("#modal[open] [data-action=own_schedule]") !== null`)
	v.useControl(`document.querySelector("#modal")`, "own_schedule", "every 1m")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.waitUntil("the field says what is wrong",
		`/5m|5 minutes/.test(document.querySelector("[data-error-of=own_schedule]").textContent)`)
	v.checkAccessibility("a form with an error")
	v.useControl(`document.querySelector("#modal")`, "own_schedule", "every 15m")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.waitForText("is added: it will post in #ops")

	v.openPlace("home")
	v.waitUntil("the Home tab lists it",
		`document.querySelector("#home").textContent.includes("every 15m tz Asia/Shanghai")`)
	v.checkAccessibility("the Home tab")
	v.screenshot("demo-home")
	v.useControl(`document.querySelector("#home")`, "pause", "")
	v.waitUntil("it is paused", `document.querySelector("#home").textContent.includes("is paused")`)
	v.useControl(`document.querySelector("#home")`, "remove", "")
	v.waitUntil("it is asked about first", `document.querySelector("#confirm").open`)
	v.checkAccessibility("a question")
	v.script(`document.querySelector("#confirm .danger").click()`)
	v.waitUntil("it is removed", `document.querySelector("#home").textContent.includes("is removed")`)

	v.switchPerson("U0WEI")
	v.waitUntil("Wei's page",
		`!document.getElementById("chat").hidden && document.getElementById("person").value === "U0WEI"`)
	v.sendText("/cat 返回码 126548 最近8小时")
	v.waitForText("任务", "问题集中在单一省份", "四川")
	v.screenshot("demo-chinese")
	v.checkConsole()
}

func TestBotUnderFaultsInBrowser(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.sendText("/cat codes 126531 last 8h")
	v.waitForText("移动 (China Mobile)")
	v.useLatest("share", "")
	v.waitForText("shared by @alice")
	v.useLatest("csv", "")
	v.waitUntil("the file is in the thread", replies+`?.textContent.startsWith("1 reply")`)

	v.clickPanel("redis")
	v.waitUntil("redis is away", `document.querySelector("#panel [data-key=redis]").checked`)
	v.sendText("/cat codes 126548 last 8h")
	v.waitForText("四川")
	v.waitUntil("the bot says so", `/away/.test(document.querySelector(".figures").textContent)`)
	v.clickPanel("redis")
	v.waitUntil("digests have redis back",
		`document.querySelector(".log").textContent.includes("redis available again")`)
	v.sendText("/cat alias set shop 126531")
	v.waitForText("means task")

	v.clickPanel("429 at the next message")
	v.sendText("/cat codes 126552 last 8h")
	v.waitUntil("slack's refusal is shown", `document.querySelector("#refusals").textContent.includes("ratelimited")`)
	v.waitForText("/cat codes 126552 last 8h")

	v.clickPanel("slow")
	v.sendText("/cat codes 126572 last 8h")
	v.waitForText("Fetching", "/cat codes 126572 last 8h")
	v.waitUntil("the answer stands in the place of the word",
		latest+`.textContent.includes("Asked with") && !`+latest+`.textContent.includes("Fetching")`)
	v.clickPanel("ok")

	v.clickPanel("Reconnect")
	v.waitUntil("the bot has come back", `/connection 2/.test(document.querySelector(".figures").textContent)`)
	v.sendText("/cat codes 126556 last 8h csv")
	v.waitForText("Only visible to you", "in your messages with catbot")
	v.openPlace("D0ALICE")
	v.waitForText("catbot-126556-")

	v.openPlace("C0OPS")
	v.sendText("/cat codes 126531 last 8hh")
	v.waitForText("last 8h", "Try")
	v.sendText("hello")
	v.waitForText("Alice Archer", "hello")
	v.sendText("/dog")
	v.waitUntil("another command is turned away",
		`document.getElementById("notice").textContent.includes("/dog is not a command here")`)
	v.checkConsole()
}

func TestDemoOnPhoneInDarkModeAndByKeyboard(t *testing.T) {
	t.Parallel()
	v := openPage(t, 390, 844)
	v.setDark(true)
	v.script(`document.getElementById("box").focus()`)
	v.run(chromedp.KeyEvent("/cat c"))
	v.waitUntil("commands are offered", `document.querySelectorAll("#completions [role=option]").length > 3`)
	v.checkAccessibility("completion")
	v.run(chromedp.KeyEvent(kb.ArrowDown + kb.Enter + kb.Enter)) // arrow down, take, send
	v.waitForText("移动 (China Mobile)", "/cat codes 126531 last 8h jiangxi")
	v.waitUntil("nothing is wider than the phone", `document.documentElement.scrollWidth <= 390`)
	v.checkAccessibility("on a phone, in the dark")
	v.screenshot("demo-phone")
	v.run(chromedp.KeyEvent(kb.ArrowUp)) // arrow up
	v.waitUntil("the history is there", `document.getElementById("box").value === "/cat codes 126531 last 8h jiangxi"`)
	v.script(`document.getElementById("show-panel").click()`)
	v.waitUntil("the panel is there", `document.getElementById("panel").offsetWidth > 200`)
	v.checkAccessibility("the panel on a phone")
	v.checkConsole()
}

// replies is the button that opens the first thread of the channel.
const replies = `document.querySelector("#messages .replies")`

func TestThreadInBrowser(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.sendText("/cat codes 126531 last 8h")
	v.waitForText("移动 (China Mobile)")
	v.useLatest("share", "")
	v.waitForText("shared by @alice")
	v.useLatest("csv", "")
	v.waitUntil("the answer has a reply", replies+`?.textContent.startsWith("1 reply")`)
	v.script(replies + `.focus()`)
	v.run(chromedp.KeyEvent(kb.Enter))
	const side = `document.getElementById("thread")`
	v.waitUntil("the thread is open, with the answer and the file",
		side+`.checkVisibility() && `+side+`.querySelectorAll("article").length === 2 && `+
			side+`.querySelectorAll(".file a").length === 1`)
	v.waitUntil("the focus is in it", side+`.contains(document.activeElement)`)
	v.waitUntil("its chart is drawn", side+`.querySelector("canvas")?.width > 200`)
	v.checkAccessibility("a thread")
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("Escape closes it, and the focus is back",
		`!`+side+`.checkVisibility() && document.activeElement === `+replies)

	v.script(replies + `.click()`)
	v.waitUntil("it is open again", side+`.querySelectorAll("article").length === 2`)
	v.script(side + `.querySelector("article").querySelector(".delete").click()`)
	v.waitUntil("it is asked about first", `document.querySelector("#confirm").open`)
	v.script(`document.querySelector("#confirm .danger").click()`)
	v.waitUntil("the reply is left",
		side+`.textContent.includes("This message was deleted.") && `+side+`.querySelectorAll(".file a").length === 1`)
	v.waitUntil("its place in the channel is kept", `(([m]) => m.textContent.includes("This message was deleted.") &&
		m.textContent.includes("1 reply"))([...document.querySelectorAll("#messages > article")].slice(-2))`)
	v.checkAccessibility("a deleted message")
	v.openPlace("C0GENERAL")
	v.waitUntil("another channel closes it", `!`+side+`.checkVisibility()`)
	v.checkConsole()
}

// formIsOpen holds when the form is open and its first field has the focus.
const formIsOpen = `document.querySelector("#modal").open &&
	document.activeElement === document.querySelector("#modal .fields-of-form").querySelector("input, select, textarea")`

func TestFocusMovesIntoFormAndBack(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	for _, open := range []struct{ name, button string }{
		{"a shortcut", `document.querySelector("[data-shortcut=new_digest]")`},
		{"a shortcut whose form begins with a menu of suggestions", `document.querySelector("[data-shortcut=ask]")`},
	} {
		v.script(open.button + `.focus()`)
		v.run(chromedp.KeyEvent(kb.Enter))
		v.waitUntil(open.name+": the focus is in the form", formIsOpen)
		v.run(chromedp.KeyEvent(kb.Escape))
		v.waitUntil(open.name+": one Escape closes the form", `!document.querySelector("#modal").open`)
		v.waitUntil(open.name+": the focus is back", `document.activeElement === `+open.button)
	}
	v.script(`document.querySelector("[data-shortcut=ask]").click()`)
	v.waitUntil("the server has closed the form, and opens it again", formIsOpen)
	v.script(`document.querySelector("#modal .buttons button").click()`)
	v.waitUntil("Cancel closes the form", `!document.querySelector("#modal").open`)

	v.sendText("/cat digest add every 15m codes 126531 last 15m")
	v.waitForText("is added: it will post in #ops")
	v.openPlace("home")
	const remove = `document.querySelector("#home [data-action=remove]")`
	v.waitUntil("the Home tab lists the digest", remove+` !== null`)
	v.script(remove + `.focus()`)
	v.run(chromedp.KeyEvent(kb.Enter))
	v.waitUntil("the focus is in the question",
		`document.querySelector("#confirm").open && document.querySelector("#confirm").contains(document.activeElement)`)
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("one Escape closes the question, and the focus is back",
		`!document.querySelector("#confirm").open && document.activeElement === `+remove)

	const add = `document.querySelector("#home [data-action=digest]")`
	v.script(add + `.focus()`)
	v.run(chromedp.KeyEvent(kb.Enter))
	v.waitUntil("the focus is in the form", formIsOpen)
	v.script(`window.pressed = ` + add)
	v.chooseTask("126540")
	v.useControl(`document.querySelector("#modal")`, "where", "C0OPS")
	v.useControl(`document.querySelector("#modal")`, "own_schedule", "every 20m")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.waitUntil("the Home tab is drawn anew",
		`document.querySelector("#home").textContent.includes("every 20m") && !window.pressed.isConnected`)
	v.waitUntil("the focus is on the button that opened the form", `document.activeElement === `+add)
	v.checkConsole()
}

func TestEscapeClosesSuggestionsBeforeForm(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.script(`document.querySelector("[data-shortcut=ask]").click()`)
	v.waitUntil("the form is open", formIsOpen)
	v.run(chromedp.KeyEvent("126540"))
	v.waitUntil("tasks are suggested", `document.querySelector("#modal [role=option]")?.textContent.includes("126540")`)
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("the suggestions are closed, the form is not",
		`document.querySelector("#modal [role=listbox]").hidden && document.querySelector("#modal").open`)
	v.run(chromedp.KeyEvent(kb.ArrowDown))
	v.waitUntil("the arrow opens them again", `!document.querySelector("#modal [role=listbox]").hidden`)
	v.run(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Escape))
	v.waitUntil("the form is closed", `!document.querySelector("#modal").open`)
	v.checkConsole()
}

func TestRefusedFormShowsErrorAtField(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.script(`document.querySelector("[data-shortcut=new_digest]").click()`)
	v.waitUntil("the form is open", formIsOpen)
	// errorAt holds when the field of a control shows an error, has the focus, and is described by the error.
	errorAt := func(action, text string) string {
		return `(() => {
			const control = document.querySelector("#modal [data-action=` + action + `], #modal [data-key^='` + action + `/']");
			const description = control.getAttribute("aria-describedby").split(" ")
				.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
			return document.activeElement === control && control.getAttribute("aria-invalid") === "true"
				&& description.includes(` + quoted(text) + `);
		})()`
	}
	const submit = `document.querySelector("#modal button[type=submit]").click()`
	v.script(submit)
	v.waitUntil("Slack's own refusal is at the field", errorAt("task", "required"))
	v.waitUntil("it is there only", `document.querySelector("#modal-trouble").textContent === ""`)
	v.screenshot("demo-form-refused")
	v.checkAccessibility("a form that Slack refused")

	v.chooseTask("126540")
	v.useControl(`document.querySelector("#modal")`, "where", "C0OPS")
	v.useControl(`document.querySelector("#modal")`, "own_schedule", "every 1m")
	v.waitUntil("the first error is gone", `document.querySelector("[data-error-of=task]").textContent === ""`)
	v.script(submit)
	v.waitUntil("the bot's refusal is at the field", errorAt("own_schedule", "5m"))
	v.script(`document.querySelector("#modal [data-action=over]").focus()`)
	v.useControl(`document.querySelector("#modal")`, "window", "last 24h")
	v.waitUntil("the focus stays where the person has put it", `document.activeElement.dataset.action === "over"`)
	v.script(submit)
	v.waitUntil("the same refusal takes the focus to the field again", errorAt("own_schedule", "5m"))
	v.checkConsole()
}

// contrastOf is the contrast (WCAG 2) of an element's text with what is behind it.
const contrastOf = `(element) => {
	const rgba = (color) => color.match(/[\d.]+/g).map(Number);
	let behind = element;
	while (rgba(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
	const light = (color) => rgba(color).slice(0, 3).map((c) => c / 255)
		.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const [low, high] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)]
		.sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}`

func TestHoveredTextStaysReadable(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.script(`window.contrastOf = ` + contrastOf)
	for _, dark := range []bool{false, true} {
		v.setDark(dark)
		v.script(`window.buttons = [...document.querySelectorAll("button:not(:disabled)")]
			.filter((e) => e.checkVisibility())`)
		count, err := strconv.Atoi(v.evaluate(`window.buttons.length`))
		if err != nil || count < 10 {
			t.Fatalf("%d buttons, %v", count, err)
		}
		for i := range count {
			button := fmt.Sprintf(`window.buttons[%d]`, i)
			v.hover(button)
			v.waitUntil("the pointer is over the button", button+`.matches(":hover")`)
			contrast, err := strconv.ParseFloat(v.evaluate(`window.contrastOf(`+button+`)`), 64)
			if err != nil || contrast < 4.5 {
				t.Errorf("dark %t: %q has contrast %.2f, %v", dark, v.evaluate(button+`.textContent`), contrast, err)
			}
		}
		v.hover(`document.querySelector("nav .place:not([aria-current])")`)
		v.screenshot(fmt.Sprintf("demo-hover-dark-%t", dark))
	}
	v.checkConsole()
}

func TestEachChartHasItsOwnName(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	for answers := range 2 {
		v.sendText("/cat codes 126531 last 8h jiangxi rows")
		v.waitUntil("the answer has a chart and a table", fmt.Sprintf(`(([charts, tables]) => charts > %d && tables > %[1]d)(
			["canvas", ".datatable"].map((kind) => document.querySelectorAll(kind).length))`, answers))
	}
	const names = `[...document.querySelectorAll("canvas, .message [role=region]")].map((e) => e.getAttribute("aria-label"))`
	if got := v.evaluate(`new Set(` + names + `).size === ` + names + `.length`); got != "true" {
		t.Errorf("two charts or tables have the same name: %s", v.evaluate(`JSON.stringify(`+names+`)`))
	}
	v.checkAccessibility("two answers")
	v.checkConsole()
}

// TestPageDrawsEveryBlockOfBot draws the bot's golden messages and views.
func TestPageDrawsEveryBlockOfBot(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1000, 800)
	v.script(`import("/blocks.js").then((m) => {
		const world = {
			zone: "UTC", locale: "en", now: () => new Date(),
			personName: () => "x", channelName: () => "y", channels: () => [], people: () => [],
		};
		window.draw = (list) => {
			window.last = document.createElement("div");
			window.last.append(...m.blocks(list, {world}));
		};
	})`)
	v.waitUntil("the page's code is loaded", `window.draw !== undefined`)
	drawn := 0
	for _, folder := range []string{"../bot/blockkit/testdata", "../bot/blockkit/testdata/zh", "../bot/testdata",
		"../bot/testdata/zh"} {
		files, err := filepath.Glob(folder + "/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			golden, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			drawn++
			v.script(`window.draw((` + string(golden) + `).blocks)`)
			const unknownTexts = `[...window.last.querySelectorAll(".unknown")].map((e) => e.textContent).join("; ")`
			if unknown := v.evaluate(unknownTexts); unknown != "" {
				t.Errorf("%s: %s", file, unknown)
			}
			if live := v.evaluate(`window.last.querySelectorAll("script, img, iframe").length`); live != "0" {
				t.Errorf("%s has elements that load or run something", file)
			}
		}
	}
	if drawn < 60 {
		t.Errorf("only %d golden files were found", drawn)
	}
	v.script(`window.draw([{type: "hologram"}])`)
	if text := v.evaluate(`window.last.textContent`); !strings.Contains(text, `does not know blocks of type "hologram"`) {
		t.Errorf("the text of an unknown block is %q", text)
	}
}

func TestPageReadsMrkdwnAsSlackDoes(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1000, 800)
	v.script(`Promise.all([import("/mrkdwn.js"), import("/date.js")]).then(([m, d]) => {
		const world = {
			zone: "Asia/Shanghai", locale: "en-US", now: () => new Date("2026-11-23T10:00:00Z"),
			personName: (id) => ({U1: "alice"})[id], channelName: (id) => ({C1: "ops"})[id],
			channels: () => [], people: () => [],
		};
		window.read = (text) => {
			const element = document.createElement("div");
			element.append(...m.mrkdwn(text, world).flat(Infinity));
			return element.innerHTML;
		};
		window.date = (seconds, format) => d.formatDate(new Date(seconds * 1000), format, world);
	})`)
	v.waitUntil("the page's code is loaded", `window.read !== undefined`)
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
		if got := v.evaluate(`window.read(` + quoted(text) + `)`); got != want {
			t.Errorf("%q reads\n%s, want\n%s", text, got, want)
		}
	}
	const noon = "1795406400" // 2026-11-23 12:00 in Shanghai
	for format, want := range map[string]string{
		"{date_num}": "2026-11-23", "{date_short_pretty}": "today", "{date_short}": "Nov 23, 2026",
		"{date_long}": "Monday, November 23, 2026",
		"at {time}":   "at 12:00\u202fPM", "{ago}": "6 hours ago", "{unknown}": "{unknown}",
	} {
		got := v.evaluate(`window.date(` + noon + `, ` + quoted(format) + `)`)
		if strings.ReplaceAll(got, "\u202f", " ") != strings.ReplaceAll(want, "\u202f", " ") {
			t.Errorf("%s reads %q, want %q", format, got, want)
		}
	}
	v.checkConsole()
}
