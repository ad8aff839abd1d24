// The page draws the parts that the server sends.
import { act, h, redraw } from "./dom.js";
import { blocks, unknown } from "./blocks.js";
import { nameCharts } from "./charts.js";
import { Composer, commands, followUps } from "./composer.js";
import { message, repliedTo, repliesButton } from "./message.js";
import { Modal, confirm } from "./modal.js";
import { Panel } from "./panel.js";
import { nameTables } from "./table.js";
import { Thread } from "./thread.js";

const bot = "U0CATBOT";
const $ = (id) => document.getElementById(id);

const state = { user: "U0ALICE", place: "C0OPS", people: [], channels: [], messages: new Map(), ahead: 0, home: null, unread: new Set(), follow: false };
let events;

const me = () => state.people.find((p) => p.id === state.user);

// world holds what texts and controls need: the person's zone and language, the time, names.
const world = {
  get zone() { return me()?.tz || "UTC"; },
  get locale() { return me()?.locale || "en-US"; },
  now: () => new Date(Date.now() + state.ahead),
  personName: (id) => (id === bot ? "catbot" : state.people.find((p) => p.id === id)?.name),
  channelName: (id) => state.channels.find((c) => c.id === id)?.name,
  channels: () => state.channels,
  people: () => state.people,
};

const panel = new Panel(world);
const isDM = (id) => Boolean(state.channels.find((c) => c.id === id)?.im);
const thread = new Thread(
  () => [["@catbot", [...followUps, ...commands]], ...(isDM(state.place) ? [["", [...followUps, ...commands]]] : [])],
  async (text, { channel, ts }) => (await act({ user: state.user, kind: "type", channel, thread: ts, text })).error ?? "");
const modal = new Modal(world, () => state.user);
const calls = () => (isDM(state.place) ? [["/cat", commands], ["", commands]] : [["/cat", commands], ["@catbot", commands]]);
const composer = new Composer($("compose"), calls, (text) => {
  state.follow = true; // scroll to the answer
  sendAct({ kind: "type", channel: state.place, text });
});

async function sendAct(what) {
  $("notice").textContent = "";
  const answer = await act({ user: state.user, ...what });
  $("notice").textContent = answer.error ?? "";
}

// connect opens the stream of the chosen person, which begins with all parts.
function connect() {
  events?.close();
  thread.close();
  state.messages.clear();
  state.unread.clear();
  $("messages").replaceChildren();
  events = new EventSource(`events?user=${encodeURIComponent(state.user)}`);
  let first = true;
  events.onmessage = (event) => {
    const parts = JSON.parse(event.data);
    if (first) state.messages.clear(); // after a reconnect the server sends everything
    applyParts(parts, first);
    first = false;
  };
  events.onerror = () => {
    first = true;
    $("notice").textContent = "The demo does not answer. Is it still running in the terminal?";
  };
  events.onopen = () => { $("notice").textContent = ""; };
}

const partHandlers = {
  clock: (part) => { state.ahead = part.ahead; },
  people: (part) => { state.people = part; drawPeople(); },
  channels: (part) => { state.channels = part; drawNav(); },
  figures: (part) => panel.show(part),
  log: (part) => panel.log(part),
  refusals: drawRefusals,
  home: (part) => { state.home = part; drawHome(); },
  modal: (part) => modal.show(part),
};

function applyParts(parts, first) {
  // Other parts depend on these.
  for (const name of ["clock", "people", "channels"]) if (name in parts) partHandlers[name](parts[name]);
  for (const [name, part] of Object.entries(parts)) {
    if (name.startsWith("m:")) applyMessage(name, part, first);
    else if (!["clock", "people", "channels"].includes(name)) partHandlers[name]?.(part);
  }
  if (first || "clock" in parts) drawPlace();
  else if (Object.keys(parts).some((name) => name.startsWith("m:"))) drawMessages(parts);
}

// applyMessage stores a message. A new one marks its channel as unread; an edit and a reply in a thread do not.
function applyMessage(name, part, first) {
  const known = state.messages.has(name);
  if (part === null) state.messages.delete(name);
  else state.messages.set(name, part);
  if (part && !known && !first && inChannel(part) && part.channel !== state.place) {
    state.unread.add(part.channel);
    drawNav();
  }
}

const isReply = (m) => Boolean(m.thread) && m.thread !== m.ts;
const inChannel = (m) => !isReply(m) || m.broadcast;

function drawPeople() {
  redraw($("person"), state.people.map((p) => h("option", { value: p.id, selected: p.id === state.user }, `${p.real} (${p.locale}, ${p.tz})`)));
}

function drawNav() {
  const place = (id, name) => h("li", {}, h("button", {
    class: "place", "data-key": id, "aria-current": state.place === id ? "page" : undefined, onclick: () => go(id),
  }, name, state.unread.has(id) ? h("span", { class: "unread" }, " new") : null));
  redraw($("channels"), state.channels.filter((c) => !c.im).map((c) => place(c.id, (c.private ? "🔒 " : "# ") + c.name)));
  redraw($("apps"), place("home", "🏠 catbot: Home"), place(me()?.dm, "💬 catbot: Messages"));
}

function go(id) {
  thread.close();
  state.place = id;
  state.unread.delete(id);
  document.body.classList.remove("nav-open");
  $("show-nav").setAttribute("aria-expanded", "false");
  if (id === "home") sendAct({ kind: "home" });
  drawPlace();
}

function drawPlace() {
  drawNav();
  const home = state.place === "home";
  $("home").hidden = !home;
  $("chat").hidden = home;
  const channel = state.channels.find((c) => c.id === state.place);
  $("title").textContent = home ? "catbot: Home" : channel?.im ? "catbot: Messages" : `# ${channel?.name ?? ""}`;
  if (home) return drawHome();
  $("box").placeholder = channel?.im ? "Ask catbot: 126531 last 8h" : `Message #${channel?.name ?? ""}: /cat …, @catbot …`;
  redraw($("welcome"), state.place === "C0OPS" ? welcome() : channel?.im ? welcomeToMessages() : channel && !channel.hasBot ? h("p", { class: "soft" }, "catbot is not in this channel. /cat works all the same; digests and mentions do not.") : null);
  $("messages").replaceChildren();
  drawMessages();
}

const tryButton = (text, does) => h("button", { type: "button", class: "try", onclick: () => composer.put(text) }, does ? h("span", { class: "soft" }, `${does}: `) : "", text);

function welcomeToMessages() {
  return h("div", { class: "welcome" }, h("p", {}, "Between you and catbot: write without /cat."),
    h("p", { class: "row" }, ["help", "126531 last 8h", "trend 126531 last 24h", "tasks"].map((text) => tryButton(text))));
}

function welcome() {
  const tries = ["/cat codes 126531 last 8h jiangxi", "/cat trend 126531 last 24h", "/cat digest add every 5m codes 126531 last 15m", "/cat watch task-00002ps0 if any isp >20%", "@catbot 126531 last 8h", "/cat tasks", "/cat"];
  const problems = [
    ["/cat 126540", "one ISP"], ["/cat 126548", "one province"], ["/cat 126633", "one ISP in one province"], ["/cat 126552", "one server"],
    ["/cat 126556", "everywhere"], ["/cat task-00002pof", "single failures"], ["/cat task-00002pnk", "none"], ["/cat task-00002pno", "no data"],
    ["/cat trend 126700 last 24h", "every night"], ["/cat trend 126720 last 24h", "spreads to a second ISP"],
  ];
  return h("div", { class: "welcome" }, h("h2", {}, "Which ISPs fail, where, and why?"),
    h("p", {}, "This is the real bot, connected to a simulated Slack and a simulated CAT. Try:"),
    h("p", { class: "row" }, tries.map((text) => tryButton(text))),
    h("details", {}, h("summary", {}, "A task for each finding"), h("p", { class: "row" }, problems.map(([text, does]) => tryButton(text, does)))),
    h("p", { class: "soft" }, "Then press what stands under the answer, be somebody else (above), or break something in the operator's panel."));
}

let lastScrollTop = 0; // set by drawMessages; differs from scrollTop after the person has scrolled

// drawMessages draws new and changed messages of the place, in order, and the open thread.
function drawMessages(changed = {}) {
  const list = $("messages");
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const follows = state.follow || atEnd || Math.abs(scroll.scrollTop - lastScrollTop) < 2;
  const before = list.lastElementChild;
  const beginsInView = before && before.offsetTop >= scroll.scrollTop - 10;
  const mine = [...state.messages].filter(([, m]) => m.channel === state.place).sort(([, a], [, b]) => (a.ts < b.ts ? -1 : 1));
  const shown = mine.filter(([, m]) => inChannel(m));
  const names = new Set(shown.map(([name]) => name));
  for (const element of [...list.children]) if (!names.has(element.id)) element.remove();
  shown.forEach(([name, m], i) => {
    const related = mine.filter(([, r]) => r !== m && (isReply(m) ? r.ts === m.thread : r.thread === m.ts));
    const old = document.getElementById(name);
    if (old && !(name in changed) && !related.some(([other]) => other in changed)) return;
    const fresh = channelMessage(name, m, related.map(([, r]) => r));
    if (!old) return list.insertBefore(fresh, list.children[i] ?? null);
    const key = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    old.replaceWith(fresh);
    if (key) [...fresh.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key)?.focus();
  });
  if (mine.some(([name]) => name in changed)) drawThread();
  nameCharts();
  nameTables();
  const last = list.lastElementChild;
  if (!last || !follows || (last.id === before?.id && !beginsInView)) return;
  state.follow = false;
  // Scroll to the end, or to the beginning of a message that is longer than the screen.
  requestAnimationFrame(() => {
    scroll.scrollTop = last.offsetHeight > scroll.clientHeight ? last.offsetTop - 8 : scroll.scrollHeight;
    lastScrollTop = scroll.scrollTop;
  });
}

// channelMessage draws a message with the number of its replies, or a reply with what it replies to.
function channelMessage(name, m, related) {
  const open = () => openThread(isReply(m) ? m.thread : m.ts);
  return message(m, {
    ...drawnFor(), id: name, reply: () => openThread(isReply(m) ? m.thread : m.ts, true),
    head: isReply(m) ? repliedTo(related[0], open, world) : null,
    foot: !isReply(m) && related.length ? repliesButton(related, open, world) : null,
  });
}

const drawnFor = () => ({ world, user: state.user, act: sendAct });

function openThread(ts, replies = false) {
  thread.open(state.place, ts, replies);
  drawThread();
}

function drawThread() {
  thread.draw([...state.messages.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1)), drawnFor());
  nameCharts();
  nameTables();
}

function drawHome() {
  if ($("home").hidden) return;
  const at = { world, confirm, press: (element, choice) => sendAct({ kind: "press home", action: element.action_id, choice }), suggest: async () => ({}) };
  redraw($("home"), state.home ? blocks(state.home, at) : unknown("The bot has not drawn this tab yet."));
}

let shownRefusals = 0;
function drawRefusals(part) {
  const news = part.filter((r) => r.at > shownRefusals);
  redraw($("refusals"), news.map((r) => h("p", {}, `Slack refused ${r.method}: ${r.why}${r.detail ? ` (${r.detail})` : ""}`)),
    news.length ? h("button", { type: "button", onclick: () => { shownRefusals = Math.max(...part.map((r) => r.at)); drawRefusals(part); } }, "Dismiss") : null);
}

$("person").addEventListener("change", (event) => {
  state.user = event.target.value;
  if (!["C0OPS", "C0GENERAL"].includes(state.place)) state.place = "C0OPS";
  connect();
});
for (const button of document.querySelectorAll("[data-shortcut]")) button.addEventListener("click", () => sendAct({ kind: "shortcut", action: button.dataset.shortcut }));
for (const [button, name] of [["show-nav", "nav-open"], ["show-panel", "panel-open"]]) {
  $(button).addEventListener("click", () => $(button).setAttribute("aria-expanded", String(document.body.classList.toggle(name))));
}
connect();
