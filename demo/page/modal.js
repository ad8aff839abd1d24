// The open modal, and the confirmation before a dangerous button.
import { act, h, redraw, rememberFocus } from "./dom.js";
import { blocks } from "./blocks.js";

const dialog = document.getElementById("modal");
const question = document.getElementById("confirm");

// confirm shows a button's confirm object, and resolves to whether the person agrees.
export function confirm(object) {
  return new Promise((resolve) => {
    const restoreFocus = rememberFocus();
    let agreed = false;
    const answer = (yes) => () => {
      agreed = yes;
      question.close();
    };
    question.replaceChildren(
      h("h2", { id: "confirm-title" }, object.title.text), h("p", {}, object.text.text),
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: answer(false) }, object.deny.text),
        h("button", { type: "button", class: "danger", onclick: answer(true) }, object.confirm.text)));
    question.onclose = () => { // also after Escape
      restoreFocus();
      resolve(agreed);
    };
    question.showModal();
  });
}

export class Modal {
  #drawn = "";
  #errors = "{}"; // that are shown, as JSON
  #errorFocused = false; // since the last submission: the focus moves once for each
  #restoreFocus = () => {};
  #fills = Promise.resolve(); // pending changes of fields, in order; submit waits for them
  #world;
  #user;

  constructor(world, user) {
    this.#world = world;
    this.#user = user;
    dialog.addEventListener("cancel", () => this.#sendClose());
    dialog.addEventListener("close", () => this.#restoreFocus());
  }

  // show draws the open modal if the bot has changed it. Otherwise what the person typed stays.
  show(part) {
    if (!part) {
      this.#drawn = "";
      if (dialog.open) dialog.close();
      return;
    }
    const made = JSON.stringify([part.id, part.hash, part.title, part.submit, part.blocks]);
    if (made !== this.#drawn) this.#draw(part);
    this.#drawn = made;
    this.#showErrors(part.errors ?? {});
  }

  // showErrors shows each error at its field. When there are new ones, the focus goes to the first field at fault.
  #showErrors(errors) {
    const shown = JSON.stringify(errors);
    if (shown === this.#errors) return;
    const old = JSON.parse(this.#errors);
    this.#errors = shown;
    for (const place of dialog.querySelectorAll("[data-error-of]")) {
      place.textContent = errors[place.dataset.errorOf] ?? "";
      for (const control of place.closest(".field").querySelectorAll("select, textarea, input:not([type=radio], [type=checkbox])")) {
        control.setAttribute("aria-invalid", String(place.textContent !== ""));
      }
    }
    if (Object.keys(errors).some((field) => errors[field] !== old[field])) {
      this.#focusFirstError();
    }
  }

  #focusFirstError() {
    this.#errorFocused = true;
    dialog.querySelector(".field .error:not(:empty)")?.closest(".field").querySelector("input, select, textarea")?.focus();
  }

  #draw(part) {
    const at = {
      world: this.#world, state: part.state, confirm,
      press: (element, choice) => this.#fill(element.action_id, choice),
      suggest: (action, typed) => act({ kind: "suggest", user: this.#user(), action, text: typed }),
    };
    const trouble = h("p", { class: "error", role: "alert", id: "modal-trouble" });
    const opens = !dialog.open;
    if (opens) this.#restoreFocus = rememberFocus();
    const body = h("div", { class: "fields-of-form" }, blocks(part.blocks, at));
    const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submit(trouble); } },
      h("h2", { id: "modal-title" }, part.title), body, trouble,
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => this.#close() }, part.close || "Cancel"),
        part.submit ? h("button", { type: "submit", class: "primary" }, part.submit) : null));
    redraw(dialog, form);
    this.#errors = "{}";
    if (opens) dialog.showModal();
    else if (dialog.contains(document.activeElement)) return;
    (body.querySelector("input, select, textarea, button, a[href]") ?? form.querySelector(".buttons button")).focus();
  }

  #fill(action, choice) {
    this.#fills = this.#fills.then(() => act({ kind: "fill", user: this.#user(), action, choice }));
  }

  async #submit(trouble) {
    const focused = document.activeElement;
    focused?.blur(); // which fires the change event of a field that was just typed into
    focused?.focus();
    await this.#fills;
    this.#errorFocused = false;
    const answer = await act({ kind: "submit", user: this.#user() });
    trouble.textContent = answer.error ?? "";
    if (dialog.open && !this.#errorFocused) this.#focusFirstError(); // the same errors as before
  }

  // close closes the form at once and informs the server.
  #close() {
    dialog.close();
    this.#sendClose();
  }

  #sendClose() {
    act({ kind: "close", user: this.#user() });
  }
}
