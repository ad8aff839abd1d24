// A menu with options that the bot suggests for the typed text (external_select).
import { h } from "./dom.js";

const pause = 150; // milliseconds after the last key

export function typeahead({ id, key, label, initial, least, suggest, choose }) {
  const name = id ?? `typeahead-${key}`;
  const list = h("ul", { id: `${name}-list`, role: "listbox", "aria-label": label ?? "Suggestions", hidden: true });
  const box = h("input", {
    id: name, class: "control", type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id, "aria-label": id ? undefined : label ?? "Search", "data-key": key, "aria-describedby": `${name}-error ${name}-hint`,
    placeholder: label ?? "Type to search …", value: initial?.text?.text ?? "",
  });
  let options = [];
  let marked = -1;
  let timer = 0;
  let asked = 0;

  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const mark = (i) => {
    marked = i;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === i)));
    if (i >= 0) {
      box.setAttribute("aria-activedescendant", `${name}-${i}`);
      list.children[i].scrollIntoView({ block: "nearest" });
    }
  };
  const pickOption = (option) => {
    box.value = option.Text;
    show(false);
    choose(option.Value);
  };
  const search = async () => {
    if (box.value.length < least) return show(false);
    const turn = ++asked;
    const answer = await suggest(box.value);
    if (turn !== asked || document.activeElement !== box) return;
    options = answer.options ?? [];
    list.replaceChildren(...(options.length
      ? options.map((o, i) => h("li", { id: `${name}-${i}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); pickOption(o); } }, o.Text))
      : [h("li", { role: "option", "aria-selected": "false", "aria-disabled": "true" }, answer.error ?? "Nothing found")]));
    marked = -1;
    show(true);
  };
  box.addEventListener("input", () => {
    choose(""); // what was chosen before is not what is typed now
    clearTimeout(timer);
    timer = setTimeout(search, pause);
  });
  box.addEventListener("click", search);
  box.addEventListener("blur", () => show(false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) show(false); // the next Escape closes the form
    else if (event.key === "ArrowDown" && list.hidden) search();
    else if (list.hidden || !options.length) return;
    else if (event.key === "ArrowDown") mark(Math.min(marked + 1, options.length - 1));
    else if (event.key === "ArrowUp") mark(Math.max(marked - 1, 0));
    else if (event.key === "Enter" && marked >= 0) pickOption(options[marked]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return h("div", { class: "typeahead" }, box, list);
}
