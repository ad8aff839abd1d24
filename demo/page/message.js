// Draws messages, in a channel and in a thread.
import { h } from "./dom.js";
import { messageBody } from "./blocks.js";
import { menu } from "./menu.js";
import { confirm } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { clockTime } from "./date.js";

const bot = "U0CATBOT";
const timeOf = (m, world) => clockTime(new Date(Number(m.ts) * 1000), world);

// message draws one. at holds {id, world, user, act, head, foot, reply}: the element's id, what stands above and below
// the message, and what opens its thread to reply in.
export function message(m, at) {
  const { world } = at;
  const author = m.from === bot ? "catbot" : world.people().find((p) => p.id === m.from)?.real ?? m.from;
  const body = m.deleted ? h("p", { class: "soft" }, "This message was deleted.") : messageBody(m, {
    world, confirm,
    press: (element, choice) => at.act({ kind: "press", channel: m.channel, ts: m.ts, action: element.action_id, choice }),
    suggest: async () => ({ error: "Suggestions work in forms only." }),
  });
  return h("article", { id: at.id, class: m.only ? "message only" : "message", "aria-label": m.deleted ? "A deleted message" : `${author}: ${m.text.slice(0, 80)}` },
    h("div", { class: `avatar ${m.from === bot ? "bot" : ""}`, "aria-hidden": "true" }, author[0].toUpperCase()),
    h("div", { class: "body" },
      m.only ? h("p", { class: "visible" }, "👁 Only visible to you") : null,
      h("p", { class: "byline" }, h("strong", {}, author), m.from === bot ? h("span", { class: "app" }, "APP") : null, " ",
        h("time", {}, timeOf(m, world)), m.edited && !m.deleted ? h("span", { class: "soft" }, " (edited)") : null, tools(m, at)),
      at.head, body, (m.files ?? []).map(file), at.foot));
}

// tools are the actions on a message: to reply, and a menu. Nothing can be done to what only one person sees.
function tools(m, at) {
  if (m.deleted || m.only) return null;
  const items = [{ text: "⚡ Look into this", does: () => at.act({ kind: "message shortcut", channel: m.channel, ts: m.ts, action: "look" }) }];
  if (m.from === bot || m.from === at.user) items.push({ text: "Delete message", class: "delete", does: () => deletes(m, at) });
  return h("span", { class: "tools" },
    at.reply ? h("button", { type: "button", class: "tool", "data-key": "reply", "aria-label": "Reply in thread", "aria-controls": "thread", onclick: at.reply }, "Reply") : null,
    menu("More actions", items));
}

async function deletes(m, at) {
  const text = (words) => ({ type: "plain_text", text: words });
  const agreed = await confirm({ title: text("Delete this message?"), text: text("It disappears for everybody."), confirm: text("Delete"), deny: text("Cancel") });
  if (agreed) at.act({ kind: "delete", channel: m.channel, ts: m.ts });
}

const file = (f) => h("div", { class: "file" }, "📄 ", h("a", { href: `files/${encodeURIComponent(f.id)}`, download: f.name }, f.title || f.name), h("span", { class: "soft" }, ` ${f.name}, ${f.size.toLocaleString()} bytes`));

// repliesButton opens the thread below a message.
export function repliesButton(replies, open, world) {
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  return h("button", { type: "button", class: "replies", "data-key": "replies", "aria-controls": "thread", onclick: open }, count,
    h("span", { class: "soft" }, ` · the last at ${timeOf(replies.at(-1), world)}`));
}

// repliedTo says, above a reply that the channel sees, which thread it is of.
export function repliedTo(root, open, world) {
  const words = !root || root.deleted ? "a deleted message" : h("span", {}, mrkdwn(root.text.slice(0, 200), world)).textContent;
  return h("p", { class: "soft" }, "replied to a thread: ", h("button", { type: "button", class: "link", "data-key": "thread", "aria-controls": "thread", onclick: open },
    words.length > 70 ? `${words.slice(0, 70)}…` : words));
}
