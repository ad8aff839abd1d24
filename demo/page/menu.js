// A menu of actions behind one button.
import { h } from "./dom.js";

// menu draws the button. Each item is {text, class, does}. After a choice the button has the focus, so that a dialog
// gives it back there. All elements have the button's key: whoever draws the message anew focuses the button.
export function menu(name, items) {
  const list = h("div", { role: "menu", "aria-label": name, hidden: true });
  const trigger = h("button", { type: "button", class: "tool", "data-key": "menu", "aria-label": name, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => open(list.hidden) }, "⋯");
  const entries = items.map(({ text, does, ...props }) => h("button", {
    type: "button", role: "menuitem", tabindex: "-1", "data-key": "menu", ...props, onclick: () => { open(false); trigger.focus(); does(); },
  }, text));
  list.append(...entries);

  function open(on) {
    list.hidden = !on;
    trigger.setAttribute("aria-expanded", String(on));
    if (!on) return;
    list.scrollIntoView({ block: "nearest" });
    entries[0].focus();
  }

  const whole = h("span", { class: "menu" }, trigger, list);
  whole.addEventListener("focusout", (event) => { if (!whole.contains(event.relatedTarget)) open(false); });
  whole.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const at = entries.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) entries.at(next % entries.length).focus();
    else if (event.key === "Escape") { open(false); trigger.focus(); }
    else return;
    event.preventDefault();
  });
  return whole;
}
