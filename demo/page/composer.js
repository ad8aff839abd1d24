// A message box, with completion of commands and history.
import { h } from "./dom.js";

// followUps are questions in a thread, about the task and the window of its messages.
export const followUps = [
  ["trend", "failures over time, of the thread's task and window"],
  ["compare yesterday", "against the same hours of the day before"],
  ["rows", "with CAT's rows in a table"],
  ["csv", "all rows in a file, in this thread"],
  ["last 24h", "another window"],
];

export const commands = [
  ["codes 126531 last 8h jiangxi", "which ISPs fail: a task, a window, a province"],
  ["codes 126531 last 24h compare", "against the window before"],
  ["codes 126531 last 8h rows", "with CAT's rows in a table"],
  ["codes 126540 126548 last 8h", "two tasks in one answer"],
  ["codes 126531 today public", "for all in the channel to see"],
  ["codes task-00002pmr last 8h", "a task of CAT's API 3.0"],
  ["codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi", "the API document's own example"],
  ["trend 126531 last 24h", "failures over time, per ISP"],
  ["tasks", "the tasks that there are"],
  ["tasks shop", "by a part of a name, target or id"],
  ["digest add every 5m codes 126531 last 15m", "post here on a schedule: then move the clock"],
  ["digest add weekdays 09:00 codes 126531 last 24h", "every working day"],
  ["digest add every 15m if >100 codes 126531 last 15m", "silent until more than 100 fail"],
  ["watch task-00002ps0 if any isp >20%", "an incident: one message, as long as the trouble lasts"],
  ["incidents", "what was and is an incident"],
  ["digest mute here 2h", "no incident of this channel rings"],
  ["digest list", "this channel's and yours"],
  ["alias set home 126531", "a name for a task"],
  ["返回码 126531 最近8小时 江西", "the same in Chinese"],
  ["help", "everything, with examples"],
];

const historySize = 50;

// composerForm makes the elements of a message box; index.html has those of the page's own.
export function composerForm(id, button) {
  return h("form", { class: "compose", autocomplete: "off" },
    h("ul", { id: `${id}-completions`, class: "completions", role: "listbox", "aria-label": "Commands", hidden: true }),
    h("input", {
      id, class: "box", role: "combobox", "aria-label": button, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-completions`,
      placeholder: "Reply …  @catbot trend", enterkeyhint: "send", spellcheck: "false", maxlength: "4000",
    }),
    h("button", { class: "send", type: "submit" }, button));
}

export class Composer {
  #box;
  #list;
  #marked = -1;
  #shown = []; // completions: [whole text, what it does]
  #history = [];
  #back = 0; // how far back in the history; 0 is what is being typed
  #calls;
  #send;

  // calls returns what a text for catbot may begin with, and the commands that may follow: [["/cat", commands], …].
  constructor(form, calls, send) {
    this.#box = form.querySelector("input");
    this.#list = form.querySelector("[role=listbox]");
    this.#calls = calls;
    this.#send = send;
    this.#box.addEventListener("input", () => this.#complete());
    this.#box.addEventListener("focus", () => this.#complete());
    this.#box.addEventListener("blur", () => this.#open(false));
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  focus() {
    this.#box.focus();
  }

  clear() {
    this.#box.value = "";
    this.#open(false);
  }

  // put writes a command into the box, ready to send.
  put(text) {
    this.#box.value = text;
    this.#box.focus();
    this.#open(false);
  }

  #submit() {
    const text = this.#box.value.trim();
    if (!text) return;
    this.#history = [text, ...this.#history.filter((old) => old !== text)].slice(0, historySize);
    this.#back = 0;
    this.#box.value = "";
    this.#open(false);
    this.#send(text);
  }

  #key(event) {
    const open = !this.#list.hidden;
    if (event.key === "ArrowDown" && open) this.#mark(Math.min(this.#marked + 1, this.#shown.length - 1));
    else if (event.key === "ArrowUp" && open && this.#marked >= 0) this.#mark(this.#marked - 1);
    else if (event.key === "ArrowUp") this.#recall(1);
    else if (event.key === "ArrowDown" && this.#back > 0) this.#recall(-1);
    else if (event.key === "Tab" && open && !event.shiftKey) this.#pick(Math.max(this.#marked, 0));
    else if (event.key === "Enter" && open && this.#marked >= 0) this.#pick(this.#marked);
    else if (event.key === "Escape" && open) this.#open(false);
    else return;
    event.preventDefault();
  }

  #recall(by) {
    this.#back = Math.min(Math.max(this.#back + by, 0), this.#history.length);
    this.#box.value = this.#back ? this.#history[this.#back - 1] : "";
    this.#open(false);
  }

  #complete() {
    const typed = this.#box.value.toLowerCase();
    const offered = this.#calls().flatMap(([call, some]) => some.map(([command, does]) => [call ? `${call} ${command}` : command, does]));
    this.#shown = typed ? offered.filter(([text]) => text.toLowerCase().startsWith(typed) && text !== typed) : [];
    this.#marked = -1;
    this.#list.replaceChildren(...this.#shown.map(([text, does], i) => h("li", {
      id: `${this.#box.id}-completion-${i}`, role: "option", "aria-selected": "false",
      onmousedown: (event) => { event.preventDefault(); this.#pick(i); },
    }, h("code", {}, text), h("span", {}, does))));
    this.#open(this.#shown.length > 0);
  }

  #pick(i) {
    if (this.#shown[i]) this.put(this.#shown[i][0]);
  }

  #mark(i) {
    this.#marked = i;
    [...this.#list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === i)));
    if (i < 0) return this.#box.removeAttribute("aria-activedescendant");
    this.#box.setAttribute("aria-activedescendant", `${this.#box.id}-completion-${i}`);
    this.#list.children[i].scrollIntoView({ block: "nearest" });
  }

  #open(open) {
    this.#list.hidden = !open;
    this.#box.setAttribute("aria-expanded", String(open));
    if (!open) this.#box.removeAttribute("aria-activedescendant");
  }
}
