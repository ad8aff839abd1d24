// Draws all types of Block Kit blocks that the bot sends. Another type is shown as an error.
import { h } from "./dom.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { visualization } from "./charts.js";
import { dataTable, plainTable } from "./table.js";
import { control } from "./controls.js";

const drawings = {
  header: (b, at) => h("h2", { class: "head" }, textOf(b.text, at.world)),
  divider: () => h("hr"),
  section: (b, at) => h("div", { class: "section" },
    h("div", { class: "words" },
      b.text ? h("div", {}, textOf(b.text, at.world)) : null,
      b.fields ? h("div", { class: "fields" }, b.fields.map((field) => h("div", {}, textOf(field, at.world)))) : null),
    b.accessory ? h("div", { class: "accessory" }, control(b.accessory, b, at)) : null),
  context: (b, at) => h("div", { class: "context" }, b.elements.map((e) => (e.type === "image" ? picture(e) : h("span", {}, textOf(e, at.world))))),
  actions: (b, at) => h("div", { class: "actions" }, b.elements.map((e) => control(e, b, at))),
  image: (b) => h("figure", {}, picture(b), b.title ? h("figcaption", {}, b.title.text) : null),
  data_visualization: (b) => visualization(b),
  data_table: (b) => dataTable(b),
  table: (b) => plainTable(b),
  input: (b, at) => field(b, at),
};

// picture shows an image's alt text: the page loads nothing from other hosts.
const picture = (e) => h("span", { class: "picture", role: "img", "aria-label": e.alt_text }, `🖼 ${e.alt_text}`);

function field(b, at) {
  const id = `field-${b.block_id}`;
  const element = control(b.element, b, { ...at, id });
  const group = ["checkboxes", "radio_buttons"].includes(b.element.type);
  const label = [b.label.text, b.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const error = h("p", { class: "error", id: `${id}-error`, "data-error-of": b.block_id });
  const hint = b.hint ? h("p", { class: "hint", id: `${id}-hint` }, b.hint.text) : null;
  return group
    ? h("fieldset", { class: "field", "aria-describedby": `${id}-error ${id}-hint` }, h("legend", {}, label), element, hint, error)
    : h("div", { class: "field" }, h("label", { for: id }, label), element, hint, error);
}

// blocks draws the blocks of a message or a view. at holds {world, press(element, choice), suggest, confirm, state}.
export function blocks(list, at) {
  return list.map((b) => {
    const draw = drawings[b.type];
    try {
      if (draw) return draw(b, at);
    } catch (problem) {
      return unknown(`This page could not draw a block of type "${b.type}": ${problem.message}`);
    }
    return unknown(`This page does not know blocks of type "${b.type}".`);
  });
}

export const unknown = (sentence) => h("p", { class: "unknown", role: "note" }, `⚠️ ${sentence}`);

// messageBody draws the blocks of a message, or its text without blocks.
export function messageBody(message, at) {
  if (message.blocks?.length) return blocks(message.blocks, at);
  return message.text ? [h("div", {}, mrkdwn(message.text, at.world))] : [];
}
