package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestATourOfTheDemo(t *testing.T) {
	t.Parallel()
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
	v.reads("Digest ", "every 5m tz Asia/Shanghai")
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
	t.Parallel()
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
	v.until("the Home tab lists it", `document.querySelector("#home").textContent.includes("every 15m tz Asia/Shanghai")`)
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
	t.Parallel()
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
	v.until("digests have redis back", `document.querySelector(".log").textContent.includes("redis is back")`)
	v.types("/cat alias set shop 126531")
	v.reads("stands for task")

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
	t.Parallel()
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
	t.Parallel()
	v := visit(t, 1000, 800)
	v.script(`import("/blocks.js").then(m => { window.draw = (list) => m.blocks(list, {world: {zone: "UTC", locale: "en", now: () => new Date(), personName: () => "x", channelName: () => "y", channels: () => [], people: () => []}}); })`)
	v.until("the page's code is loaded", `window.draw !== undefined`)
	drawn := 0
	for _, pattern := range []string{"../bot/blockkit/testdata/*.json", "../bot/blockkit/testdata/zh/*.json", "../bot/testdata/*.json", "../bot/testdata/zh/*.json"} {
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
	t.Parallel()
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
