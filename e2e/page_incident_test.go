package e2e

import (
	"testing"
)

const (
	// incident is the latest message of an incident in the channel: what a thread has of it stands elsewhere.
	incident = `[...document.querySelectorAll("#messages > article")].filter((m) => m.querySelector(".head")).at(-1)`
	// lastSlot is the bot's latest log line about a slot.
	lastSlot = `([...document.querySelectorAll(".log li")].map((line) => line.textContent)
		.filter((line) => line.includes("digest slot closed")).at(-1) ?? "none")`
	// callsToCAT is a figure of the panel.
	callsToCAT = `[...document.querySelectorAll(".figures dt")].find((name) => name.textContent === "Calls to CAT")
		.nextElementSibling.textContent`
)

// nextSlot moves the clock by five minutes, and waits until a digest has run.
func (v *pageUser) nextSlot() {
	v.t.Helper()
	before := v.evaluate(lastSlot)
	v.clickPanel("+5 min")
	v.waitUntil("a digest runs", lastSlot+` !== `+quoted(before))
}

// slotsUntil moves the clock from slot to slot until a condition holds.
func (v *pageUser) slotsUntil(what, condition string) {
	v.t.Helper()
	const most = 30
	for range most {
		v.nextSlot()
		if v.evaluate(condition) == "true" {
			return
		}
	}
	v.t.Fatalf("%s: not within %d slots\nthe page reads:\n%s", what, most, v.text())
}

// incidentReads is a condition: the incident's message contains text.
func incidentReads(text string) string {
	return `(` + incident + `?.textContent.includes(` + quoted(text) + `) ?? false)`
}

func TestIncidentInBrowser(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 1060)
	v.sendText("/cat watch task-00002ps0 if any isp >20% notify @wei")
	v.waitForText("is added")
	v.clickPanel("to the next incident")
	v.slotsUntil("the incident opens", incidentReads("🚨"))
	v.waitUntil("it names the ISP and whom it calls", incidentReads("移动 (China Mobile)")+` && `+incidentReads("@wei"))

	v.slotsUntil("it spreads", incidentReads("probes, since"))
	v.waitUntil("edits call nobody", `!`+incidentReads("@wei"))
	v.waitUntil("it is the same message", incidentReads("(edited)"))
	v.useControl(incident, "take", "")
	v.waitUntil("Alice is on it", incidentReads("On it: @alice"))
	v.switchPerson("U0WEI")
	v.waitUntil("Wei's page has the incident", incidentReads("@alice"))
	v.useControl(incident, "take", "")
	v.waitUntil("Wei is on it, too", incidentReads("@wei"))
	v.switchPerson("U0ALICE")
	v.waitUntil("the chart is drawn", incident+`?.querySelector("canvas")?.width > 300`)
	v.scrollTo(incident)
	v.screenshot("demo-incident")
	v.checkAccessibility("an open incident")

	v.useControl(incident, "mute", v.evaluate(incident+`.querySelector("[data-action=mute] option:nth-child(2)").value`))
	v.waitUntil("it is muted", incidentReads("🔕"))
	v.useControl(incident, "unmute", "")
	v.waitUntil("it is not muted any more", `!`+incidentReads("🔕"))

	v.clickPanel("gone")
	asked, waiting := v.evaluate(callsToCAT), v.evaluate(lastSlot)
	v.clickPanel("+15 min")
	v.waitUntil("CAT is asked", callsToCAT+` !== `+quoted(asked))
	v.clickPanel("+15 min") // longer than it is asked again
	v.waitUntil("the message says that there are no data", incidentReads("❔"))
	v.waitUntil("the first run ends", lastSlot+` !== `+quoted(waiting))
	waiting = v.evaluate(lastSlot)
	v.clickPanel("ok")
	v.waitUntil("the second run ends", lastSlot+` !== `+quoted(waiting))
	v.slotsUntil("the incident ends", incidentReads("✅"))
	v.waitUntil("the thread says so, and the channel sees it",
		latest+`.textContent.includes("replied to a thread") && `+latest+`.textContent.includes("✅")`)
	v.script(latest + `.querySelector("[data-key=thread]").click()`)
	v.waitUntil("the thread has the incident and its end",
		`document.querySelectorAll("#thread article").length === 2`)
	v.scrollTo(latest)
	v.screenshot("demo-incident-ended")
	v.checkAccessibility("an ended incident and its thread")
	v.checkConsole()
}

func TestIncidentInBrowserInChinese(t *testing.T) {
	t.Parallel()
	v := openPage(t, 1360, 1060)
	v.switchPerson("U0WEI")
	v.waitUntil("Wei's page", `document.getElementById("person").value === "U0WEI"`)
	v.sendText("/cat 监控 task-00002ps0 如果 任一运营商 >20%")
	v.waitForText("已添加")
	v.clickPanel("to the next incident")
	v.slotsUntil("it spreads", incidentReads("🚨")+` && `+incidentReads("），自 "))
	v.useControl(incident, "take", "")
	v.waitUntil("Wei is on it", incidentReads("@wei"))
	v.waitUntil("the chart is drawn", incident+`?.querySelector("canvas")?.width > 300`)
	v.scrollTo(incident)
	v.screenshot("demo-incident-chinese")
	v.slotsUntil("the incident ends", incidentReads("✅"))
	v.waitUntil("the channel sees it", latest+`.textContent.includes("✅")`)
	v.scrollTo(latest)
	v.screenshot("demo-incident-ended-chinese")
	v.checkConsole()
}
