package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	// threadSide is the side of the page with a thread, and lastReply the last message in it.
	threadSide = `document.getElementById("thread")`
	lastReply  = `[...` + threadSide + `.querySelectorAll("article")].at(-1)`
	// replyBox is the box to reply in the thread.
	replyBox = `document.getElementById("reply")`
)

// pressKeys focuses an element, given as a JavaScript expression, and presses keys.
func (v *pageUser) pressKeys(element, keys string) {
	v.t.Helper()
	v.script(element + `.focus()`)
	v.waitUntil("the focus is there", `document.activeElement === `+element)
	v.run(chromedp.KeyEvent(keys))
}

// replyReads waits until the last message of the thread contains text.
func (v *pageUser) replyReads(text string) {
	v.t.Helper()
	v.waitUntil("waiting for a last reply with "+text, lastReply+`?.textContent.includes(`+quoted(text)+`)`)
}

func TestMentionsInBrowserByKeyboard(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1600, 1000)
	v.pressKeys(`document.getElementById("box")`, "@catbot codes 126531 last 8h"+kb.Enter)
	v.waitUntil("the answer is in a thread", replies+`?.textContent.startsWith("1 reply")`)
	v.pressKeys(replies, kb.Enter)
	v.replyReads("移动 (China Mobile)")
	v.waitUntil("the mention is readable", threadSide+`.querySelector(".mention").textContent === "@catbot"`)
	v.pressKeys(replyBox, "@catbot t")
	v.waitUntil("questions about the thread are offered",
		`document.querySelector("#reply-completions li").textContent.startsWith("@catbot trend")`)
	v.checkAccessibility("completion in a thread")
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("Escape closes the offers first",
		threadSide+`.checkVisibility() && !document.querySelector("#reply-completions").checkVisibility()`)
	v.run(chromedp.KeyEvent("rend" + kb.Enter))
	v.replyReads("trend 126531 last 8h")
	v.waitUntil("the chart is drawn", lastReply+`.querySelector("canvas")?.width > 200`)
	v.screenshot("demo-thread")
	v.checkAccessibility("a thread with questions")

	v.pressKeys(replyBox, "@catbot 126531 jiangxii"+kb.Enter)
	v.replyReads("Did you mean jiangxi?")
	v.replyReads("Only visible to you")
	v.pressKeys(replyBox, "/cat help"+kb.Enter)
	v.waitUntil("a command is turned away", threadSide+`.textContent.includes("no commands in threads")`)
	v.pressKeys(replyBox, "thanks, I am on it"+kb.Enter)
	v.replyReads("thanks, I am on it")
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("Escape closes the thread, and the focus is back",
		`!`+threadSide+`.checkVisibility() && document.activeElement === `+replies)
	v.checkConsole()
}

func TestMenuOfMessageByKeyboard(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.sendText("/cat tasks") // which the bot knows from then on
	v.waitForText("126531")
	v.sendText("ALERT https://www.example.com/ is slow since 00:10")
	v.waitForText("ALERT")
	const more = latest + `.querySelector("[data-key=menu]")`
	v.pressKeys(more, kb.Enter)
	v.waitUntil("the menu is open", `document.activeElement.textContent === "⚡ Look into this"`)
	v.checkAccessibility("a menu")
	v.run(chromedp.KeyEvent(kb.ArrowDown))
	v.waitUntil("the arrow moves", `document.activeElement.textContent === "Delete message"`)
	v.run(chromedp.KeyEvent(kb.Escape))
	v.waitUntil("Escape closes the menu", `document.activeElement === `+more+` && `+more+`.getAttribute("aria-expanded") === "false"`)
	v.run(chromedp.KeyEvent(kb.Enter + kb.Enter))
	v.waitUntil("the form is filled in", `document.querySelector("#modal").open &&
		document.querySelector("#modal input[role=combobox]")?.value.includes("126531")`)
	v.checkAccessibility("the form of a message")
	v.script(`document.querySelector("#modal button[type=submit]").click()`)
	v.waitForText("Only visible to you", "Asked with")

	v.sendText("who looks into it?")
	v.waitForText("who looks")
	v.pressKeys(latest+`.querySelector("[data-key=reply]")`, kb.Enter)
	v.waitUntil("the focus is in the box for a reply", `document.activeElement === `+replyBox)
	v.run(chromedp.KeyEvent("me" + kb.Enter))
	v.replyReads("me")
	v.checkConsole()
}

func TestMessagesWithCatbotInBrowser(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 900)
	v.openPlace("D0ALICE")
	v.sendText("help")
	v.waitForText("which ISPs fail, where, and why", "/invite @catbot")
	v.useLatest("trend", "")
	v.waitForText("Failures over time")
	v.sendText("126540 last 8h")
	v.waitForText("联通 (China Unicom)")
	if v.evaluate(latest+`.textContent.includes("Only visible to you")`) == "true" {
		t.Error("the answer is for one person in what is between two")
	}
	v.screenshot("demo-messages")
	v.checkAccessibility("the messages with catbot")
	v.clickPanel("slow")
	v.sendText("126552 last 8h")
	v.waitForText("Fetching")
	v.script(`window.placeholder = ` + latest + `.id`)
	v.waitUntil("the answer stands in its place",
		latest+`.id === window.placeholder && `+latest+`.textContent.includes("Asked with")`)
	v.clickPanel("ok")

	v.switchPerson("U0WEI")
	v.waitUntil("Wei has his own", `document.querySelector("nav [data-key=D0WEI]") !== null`)
	v.openPlace("D0WEI")
	v.sendText("126548 最近8小时")
	v.waitForText("任务", "四川")
	v.screenshot("demo-messages-chinese")
	v.checkConsole()
}

func TestThreadOnPhone(t *testing.T) {
	t.Parallel()
	v := openPage(t, 390, 844)
	v.sendText("@catbot 126531 last 8h")
	v.waitUntil("the answer is in a thread", replies+`?.textContent.startsWith("1 reply")`)
	v.script(replies + `.click()`)
	v.replyReads("移动 (China Mobile)")
	v.waitUntil("nothing is wider than the phone", `document.documentElement.scrollWidth <= 390`)
	v.waitUntil("the box is in view", `document.querySelector("#thread .send").getBoundingClientRect().bottom <= innerHeight`)
	v.pressKeys(replyBox, "@catbot compare yesterday"+kb.Enter)
	v.replyReads("before and now")
	v.checkAccessibility("a thread on a phone")
	v.checkConsole()
}
