// The modal on top of what a person has open, and the question before a dangerous button.
import { act, h } from "./dom.js";
import { blocks } from "./blocks.js";

const dialog = document.getElementById("modal");
const question = document.getElementById("confirm");

// confirm asks a person, as a button's confirm object says, and resolves to whether they agree.
export function confirm(object) {
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      question.close();
      resolve(yes);
    };
    question.replaceChildren(
      h("h2", { id: "confirm-title" }, object.title.text), h("p", {}, object.text.text),
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: answer(false) }, object.deny.text),
        h("button", { type: "button", class: "danger", onclick: answer(true) }, object.confirm.text)));
    question.oncancel = () => resolve(false);
    question.showModal();
  });
}

export class Modal {
  #drawn = "";
  #fills = Promise.resolve(); // one after the other, and before the form is sent
  #world;
  #user;

  constructor(world, user) {
    this.#world = world;
    this.#user = user;
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
  }

  // show draws the modal that is open, if what the bot made of it has changed; what a person typed stays.
  show(part) {
    if (!part) {
      this.#drawn = "";
      if (dialog.open) dialog.close();
      return;
    }
    const made = JSON.stringify([part.id, part.hash, part.title, part.submit, part.blocks]);
    if (made !== this.#drawn) this.#draw(part);
    this.#drawn = made;
    for (const place of dialog.querySelectorAll("[data-error-of]")) place.textContent = part.errors?.[place.dataset.errorOf] ?? "";
    dialog.querySelector(".error:not(:empty)")?.closest(".field")?.querySelector("input, select, textarea")?.focus();
  }

  #draw(part) {
    const at = {
      world: this.#world, state: part.state, confirm,
      press: (element, choice) => this.#fill(element.action_id, choice),
      suggest: (action, typed) => act({ kind: "suggest", user: this.#user(), action, text: typed }),
    };
    const trouble = h("p", { class: "error", role: "alert", id: "modal-trouble" });
    dialog.replaceChildren(h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submit(trouble); } },
      h("h2", { id: "modal-title" }, part.title), h("div", { class: "fields-of-form" }, blocks(part.blocks, at)), trouble,
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => this.#close() }, part.close || "Cancel"),
        part.submit ? h("button", { type: "submit", class: "primary" }, part.submit) : null)));
    if (!dialog.open) dialog.showModal();
  }

  #fill(action, choice) {
    this.#fills = this.#fills.then(() => act({ kind: "fill", user: this.#user(), action, choice }));
  }

  async #submit(trouble) {
    document.activeElement?.blur(); // so that what was typed last is told
    await this.#fills;
    const answer = await act({ kind: "submit", user: this.#user() });
    trouble.textContent = answer.error ?? "";
  }

  #close() {
    act({ kind: "close", user: this.#user() });
  }
}
