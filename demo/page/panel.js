// The operator's panel: faults, the clock, and the figures of the bot.
import { act, h, redraw } from "./dom.js";
import { clockTime } from "./date.js";

const codes = [
  [11000, "11000, CAT's database"], [4400, "4400, quota used up"], [4104, "4104, no such key"], [4100, "4100, signature wrong"], [6200, "6200, maintenance"],
];

export class Panel {
  #place = document.getElementById("panel");
  #world;
  #clock = h("p", { class: "clock" });
  #controls = h("div");
  #figures = h("dl", { class: "figures" });
  #lines = h("ol", { class: "log", tabindex: "0", "aria-label": "The bot's log" });
  #error = h("p", { class: "error", role: "alert" });
  #code = codes[0][0];
  #drawn = "";

  constructor(world) {
    this.#world = world;
    this.#place.append(
      h("h2", {}, "Operator's panel"), h("p", { class: "soft" }, "Break something: the bot should stay calm."), this.#error, this.#controls,
      h("h3", {}, "Clock"), this.#clock,
      h("div", { class: "row" }, [["5m", "+5 min"], ["15m", "+15 min"], ["1h", "+1 h"], ["24h", "+1 day"]].map(([by, name]) => this.#button(name, { kind: "forward", choice: by })),
        this.#button("to 09:00 Beijing", { kind: "morning" }), this.#button("to the next incident", { kind: "incident" })),
      h("h3", {}, "What the bot did"), this.#figures,
      h("details", {}, h("summary", {}, "Its log"), this.#lines));
    setInterval(() => this.#tick(), 1000);
  }

  #button(name, what) {
    return h("button", { type: "button", "data-key": name, onclick: () => this.#do(what) }, name);
  }

  async #do(what) {
    this.#error.textContent = (await act({ user: "", ...what })).error ?? "";
  }

  #tick() {
    const now = this.#world.now();
    const beijing = { ...this.#world, zone: "Asia/Shanghai", locale: "en-GB" };
    const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", weekday: "short", day: "numeric", month: "short" }).format(now);
    this.#clock.textContent = `${day}, ${clockTime(now, beijing, true)} in Beijing · ${clockTime(now, this.#world)} for you`;
  }

  // show draws the figures.
  show(f) {
    this.#tick();
    const drawn = JSON.stringify([f.health, f.code, f.redis]);
    if (drawn !== this.#drawn) redraw(this.#controls, this.#switches(f));
    this.#drawn = drawn;
    const ms = (micros) => `${(micros / 1000).toFixed(1)} ms`;
    const rows = [
      ["Slack", f.open ? `connected (connection ${f.connects})` : "not connected"],
      ["Acks", f.acks ? `${f.acks}, the last in ${ms(f.ackLast)}, p99 ${ms(f.ackP99)}` : "none yet"],
      ["Calls to CAT", f.calls], ["Found in the cache", f.hits], ["Not found there", f.misses], ["Old answers served", f.stale],
      ["Digests posted", f.digests], ["Redis, for the bot", f.degraded ? "away: it works without" : "connected"],
    ];
    this.#figures.replaceChildren(...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
  }

  #switches(f) {
    const pick = h("select", { "aria-label": "Code that CAT fails with", "data-key": "code", onchange: () => {
      this.#code = Number(pick.value);
      if (f.health === "failing") this.#do({ kind: "health", choice: "failing", code: this.#code });
    } }, codes.map(([code, name]) => h("option", { value: code, selected: code === (f.code || this.#code) }, name)));
    const health = (name, text) => h("label", {}, h("input", {
      type: "radio", name: "health", value: name, checked: f.health === name, "data-key": name,
      onchange: () => this.#do({ kind: "health", choice: name, code: this.#code }),
    }), text);
    return [
      h("fieldset", {}, h("legend", {}, "CAT's API"), health("ok", "healthy"), health("slow", "slow: 4 s"), health("failing", "failing with"), pick, health("gone", "gone")),
      h("fieldset", {}, h("legend", {}, "Redis"), h("label", {}, h("input", {
        type: "checkbox", checked: !f.redis, "data-key": "redis", onchange: (event) => this.#do({ kind: "redis", choice: event.target.checked ? "gone" : "there" }),
      }), "gone")),
      h("fieldset", {}, h("legend", {}, "Slack"), h("div", { class: "row" },
        this.#button("429 at the next message", { kind: "limit" }), this.#button("Reconnect", { kind: "reconnect" }))),
    ];
  }

  log(lines) {
    this.#lines.replaceChildren(...lines.slice(-30).map((line) => h("li", { class: line.level.toLowerCase() }, `${clockTime(new Date(line.at), this.#world, true)} ${line.text}`)));
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}
