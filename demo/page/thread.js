// The side with a thread: its first message and the replies.
import { h, redraw } from "./dom.js";
import { message } from "./message.js";

export class Thread {
  #side = document.getElementById("thread");
  #title = h("h2", { id: "thread-title", tabindex: "-1" }, "Thread");
  #list = h("div", { role: "log", "aria-live": "polite", "aria-label": "Thread" });
  #shown; // {channel, ts} of the first message
  #opener; // {message, key} of the control that opened it

  constructor() {
    this.#side.append(h("div", { class: "side-head" }, this.#title, h("button", { type: "button", "aria-label": "Close the thread", onclick: () => this.close() }, "✕")), this.#list);
    this.#side.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  // open shows a thread. draw is called for it next.
  open(channel, ts) {
    const control = document.activeElement;
    this.#opener = { message: control?.closest("article")?.id, key: control?.dataset.key };
    this.#shown = { channel, ts };
    this.#side.hidden = false;
    document.body.classList.add("thread-open");
    this.#title.focus();
  }

  // close gives the focus back to the control that opened the thread, if the thread has it.
  close() {
    if (!this.#shown) return;
    const focused = this.#side.contains(document.activeElement);
    this.#shown = undefined;
    this.#side.hidden = true;
    document.body.classList.remove("thread-open");
    if (!focused) return;
    const article = document.getElementById(this.#opener.message ?? "");
    (article?.querySelector(`[data-key="${this.#opener.key}"]`) ?? document.getElementById("title")).focus();
  }

  // draw draws the shown thread, of which root or some replies are among messages.
  draw(messages, at) {
    if (!this.#shown) return;
    const { channel, ts } = this.#shown;
    const thread = messages.filter((m) => m.channel === channel && (m.ts === ts || m.thread === ts));
    if (!thread.length) return this.close(); // its messages are gone
    redraw(this.#list, thread.map((m) => message(m, { ...at, id: `thread:${m.channel}:${m.ts}` })));
  }
}
