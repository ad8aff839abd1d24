// The side with a thread: its first message, the replies, and a box for another.
import { h, redraw } from "./dom.js";
import { Composer, composerForm } from "./composer.js";
import { message } from "./message.js";

export class Thread {
  #side = document.getElementById("thread");
  #title = h("h2", { id: "thread-title", tabindex: "-1" }, "Thread");
  #list = h("div", { class: "replies-list", role: "log", "aria-live": "polite", "aria-label": "Thread", tabindex: "0" });
  #notice = h("p", { class: "notice", role: "alert" });
  #composer;
  #shown; // {channel, ts} of the first message
  #opener; // {message, key} of the control that opened it
  #follow = false; // scroll to the next message, the person's own

  // calls names what may begin a reply, for its completion; send posts one.
  constructor(calls, send) {
    const form = composerForm("reply", "Reply");
    this.#side.append(h("div", { class: "side-head" }, this.#title, h("button", { type: "button", "aria-label": "Close the thread", onclick: () => this.close() }, "✕")), this.#list, this.#notice, form);
    this.#composer = new Composer(form, calls, async (text) => {
      this.#follow = true;
      this.#notice.textContent = await send(text, this.#shown);
    });
    this.#side.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
  }

  // open shows a thread. draw is called for it next. The focus goes to its title, or to the box for who wants to reply.
  open(channel, ts, replies) {
    const control = document.activeElement;
    this.#opener = { message: control?.closest("article")?.id, key: control?.dataset.key };
    if (this.#shown?.channel !== channel || this.#shown.ts !== ts) this.#composer.clear();
    this.#shown = { channel, ts };
    this.#notice.textContent = "";
    this.#list.replaceChildren();
    this.#side.hidden = false;
    document.body.classList.add("thread-open");
    if (replies) this.#composer.focus();
    else this.#title.focus();
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
    const list = this.#list;
    const { scrollTop } = list;
    const follows = this.#follow || list.scrollHeight - scrollTop - list.clientHeight < 80;
    const before = list.children.length;
    redraw(list, thread.map((m) => message(m, { ...at, id: `thread:${m.channel}:${m.ts}` })));
    const grows = before > 0 && thread.length > before;
    // To the end, or to the beginning of a message that is longer than the side.
    list.scrollTop = grows && follows ? list.lastElementChild.offsetTop - list.offsetTop - 8 : scrollTop;
    if (grows) this.#follow = false;
  }
}
