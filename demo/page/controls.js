// Draws controls: buttons, menus and inputs.
import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { typeahead } from "./typeahead.js";

// A control's key is unique in its view. redraw uses it to keep the focus.
const keyOf = (e, b) => [b.block_id, e.action_id, e.type === "button" ? e.value ?? "" : ""].join("/");

const optionsOf = (e) => (e.option_groups ? e.option_groups.flatMap((group) => group.options) : e.options ?? []);

const makers = {
  button: (e, b, at) => h("button", {
    type: "button", class: `control ${e.style ?? ""}`, "data-key": keyOf(e, b), "data-action": e.action_id, "aria-label": e.accessibility_label,
    onclick: async () => {
      if (!e.confirm || (await at.confirm(e.confirm))) at.press(e, e.value ?? "");
    },
  }, e.text.text),

  static_select: (e, b, at) => menu(e, b, at, optionsOf(e).map((o) => [o.value, o.text.text]), stateOf(e, b, at)?.selected_option?.value ?? e.initial_option?.value),

  conversations_select: (e, b, at) => menu(e, b, at,
    at.world.channels().filter((c) => allowed(c, e.filter)).map((c) => [c.id, (c.private ? "🔒 " : "# ") + c.name]),
    stateOf(e, b, at)?.selected_conversation ?? e.initial_conversation),

  channels_select: (e, b, at) => menu(e, b, at, at.world.channels().filter((c) => !c.im && !c.private).map((c) => [c.id, "# " + c.name]),
    stateOf(e, b, at)?.selected_channel ?? e.initial_channel),

  users_select: (e, b, at) => menu(e, b, at, at.world.people().map((p) => [p.id, p.real]), stateOf(e, b, at)?.selected_user ?? e.initial_user),

  multi_users_select: (e, b, at) => marks(
    { ...e, options: at.world.people().map((p) => ({ value: p.id, text: { type: "plain_text", text: p.real } })) },
    b, at, "checkbox", stateOf(e, b, at)?.selected_users ?? e.initial_users ?? []),

  external_select: (e, b, at) => typeahead({
    id: at.id, key: keyOf(e, b), label: e.placeholder?.text, initial: stateOf(e, b, at)?.selected_option ?? e.initial_option,
    least: e.min_query_length ?? 3, suggest: (typed) => at.suggest(e.action_id, typed), choose: (value) => at.press(e, value),
  }),

  overflow: (e, b, at) => menu({ ...e, placeholder: { text: "⋯" } }, b, at, e.options.map((o) => [o.value, o.text.text])),

  plain_text_input: (e, b, at) => input(e, b, at, e.multiline ? "textarea" : "input", { type: e.multiline ? undefined : "text", maxlength: e.max_length ?? 3000 }, stateOf(e, b, at)?.value ?? e.initial_value),
  number_input: (e, b, at) => input(e, b, at, "input", { type: "text", inputmode: "decimal" }, stateOf(e, b, at)?.value ?? e.initial_value),
  email_text_input: (e, b, at) => input(e, b, at, "input", { type: "email" }, stateOf(e, b, at)?.value ?? e.initial_value),
  url_text_input: (e, b, at) => input(e, b, at, "input", { type: "url" }, stateOf(e, b, at)?.value ?? e.initial_value),
  datepicker: (e, b, at) => input(e, b, at, "input", { type: "date" }, stateOf(e, b, at)?.selected_date ?? e.initial_date),
  timepicker: (e, b, at) => input(e, b, at, "input", { type: "time" }, stateOf(e, b, at)?.selected_time ?? e.initial_time),

  checkboxes: (e, b, at) => marks(e, b, at, "checkbox", (stateOf(e, b, at)?.selected_options ?? e.initial_options ?? []).map((o) => o.value)),
  radio_buttons: (e, b, at) => marks(e, b, at, "radio", [stateOf(e, b, at)?.selected_option ?? e.initial_option].filter(Boolean).map((o) => o.value)),
};

const stateOf = (e, b, at) => at.state?.[b.block_id]?.[e.action_id];

// allowed reports whether a menu's filter includes a conversation.
function allowed(channel, filter) {
  const kind = channel.im ? "im" : channel.private ? "private" : "public";
  return (filter?.include ?? ["im", "public", "private", "mpim"]).includes(kind);
}

// control draws an element. at.press is called with its choice.
export function control(e, b, at) {
  const make = makers[e.type];
  if (!make) return h("span", { class: "unknown", role: "note" }, `⚠️ This page does not know controls of type "${e.type}".`);
  return make(e, b, at);
}

function menu(e, b, at, options, chosen) {
  const name = e.placeholder?.text ?? "Choose";
  const select = h("select", {
    id: at.id, class: "control", "data-key": keyOf(e, b), "data-action": e.action_id, "aria-label": at.id ? undefined : name,
    "aria-describedby": describedBy(at), onchange: () => (select.value || at.id ? at.press(e, select.value) : undefined),
  }, h("option", { value: "" }, at.id ? "–" : name), options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  return select;
}

function input(e, b, at, tag, more, value) {
  const element = h(tag, {
    id: at.id, class: "control", "data-key": keyOf(e, b), "data-action": e.action_id, placeholder: e.placeholder?.text,
    "aria-label": at.id ? undefined : e.placeholder?.text ?? e.type, "aria-describedby": describedBy(at), value: value ?? "", ...more,
    onchange: () => at.press(e, element.value),
  });
  return element;
}

function marks(e, b, at, type, chosen) {
  const group = h("div", { class: "marks" }, e.options.map((o) => h("label", {},
    h("input", { type, name: keyOf(e, b), value: o.value, checked: chosen.includes(o.value), "data-key": keyOf(e, b) + o.value, "data-action": e.action_id, onchange: () => changed() }),
    h("span", {}, textOf(o.text, at.world)))));
  const changed = () => at.press(e, [...group.querySelectorAll("input:checked")].map((mark) => mark.value).join(","));
  return group;
}

const describedBy = (at) => (at.id ? `${at.id}-error ${at.id}-hint` : undefined);
