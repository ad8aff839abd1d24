// Slack's mrkdwn, as nodes (docs.slack.dev, "Formatting message text").
import { h } from "./dom.js";
import { formatDate } from "./date.js";

const emoji = {
  red_circle: "🔴", warning: "⚠️", white_check_mark: "✅", bulb: "💡", hourglass: "⌛", double_vertical_bar: "⏸️",
  rotating_light: "🚨", zap: "⚡", tada: "🎉", eyes: "👀", x: "❌", mag: "🔍", bar_chart: "📊",
  mega: "📣", no_bell: "🔕", raising_hand: "🙋", grey_question: "❔",
};

const edge = String.raw`(?=$|[\s\p{P}\p{S}\u200b])`;
const begin = String.raw`(?<=^|[\s\p{P}\p{S}\u200b])`;
const pattern = new RegExp([
  "`(?<code>[^`\\n]+)`",
  "<(?<ref>[^<>\\n]+)>",
  String.raw`${begin}\*(?<bold>\S|\S[^*\n]*?\S)\*${edge}`,
  String.raw`${begin}_(?<italic>\S|\S[^_\n]*?\S)_${edge}`,
  String.raw`${begin}~(?<strike>\S|\S[^~\n]*?\S)~${edge}`,
  ":(?<emoji>[a-z0-9_+-]+):",
  "(?<line>\\n)",
].join("|"), "gu");

export function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// inline renders what stands within a line. world knows people, channels, the reader's zone and language, and the time.
function inline(text, world) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) nodes.push(decode(text.slice(at, match.index)));
    const g = match.groups;
    if (g.code !== undefined) nodes.push(h("code", {}, decode(g.code)));
    else if (g.ref !== undefined) nodes.push(reference(g.ref, world));
    else if (g.bold !== undefined) nodes.push(h("strong", {}, inline(g.bold, world)));
    else if (g.italic !== undefined) nodes.push(h("em", {}, inline(g.italic, world)));
    else if (g.strike !== undefined) nodes.push(h("s", {}, inline(g.strike, world)));
    else if (g.emoji !== undefined) nodes.push(emoji[g.emoji] ? h("span", { role: "img", "aria-label": g.emoji.replaceAll("_", " ") }, emoji[g.emoji]) : match[0]);
    else nodes.push(h("br"));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(decode(text.slice(at)));
  return nodes;
}

// reference renders what stands between angle brackets: a person, a channel, a date, a link.
function reference(ref, world) {
  const bar = ref.indexOf("|");
  const target = bar < 0 ? ref : ref.slice(0, bar);
  const label = bar < 0 ? "" : decode(ref.slice(bar + 1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, "@" + (world.personName(target.slice(1)) ?? label));
  if (target.startsWith("#")) return h("span", { class: "mention" }, "#" + (world.channelName(target.slice(1)) ?? label ?? target));
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    const instant = new Date(Number(seconds) * 1000);
    return h("time", { datetime: instant.toISOString(), title: label }, formatDate(instant, format, world));
  }
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, "@" + target.slice(1).split("^")[0]);
  if (/^(https?:|mailto:)/.test(target)) return h("a", { href: decode(target), target: "_blank", rel: "noopener noreferrer" }, label || decode(target));
  return "<" + decode(ref) + ">";
}

// mrkdwn renders a text: fences, quotes and lists by line, the rest within lines.
export function mrkdwn(text, world) {
  return text.split("```").map((piece, i) => (i % 2 ? h("pre", { tabindex: "0" }, decode(piece.replace(/^\n|\n$/g, ""))) : paragraphs(piece, world)));
}

function paragraphs(text, world) {
  const nodes = [];
  let quoted = [];
  let plain = [];
  const flush = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, inline(quoted.join("\n"), world)));
    if (plain.length) nodes.push(...inline(plain.join("\n"), world));
    quoted = [];
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^&gt;\s?(.*)$/.exec(line);
    if (quote ? plain.length : quoted.length) flush();
    (quote ? quoted : plain).push(quote ? quote[1] : line);
  }
  flush();
  return nodes;
}

// textOf renders a text object: mrkdwn or plain text.
export function textOf(object, world) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, world) : decode(object.text).split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}
