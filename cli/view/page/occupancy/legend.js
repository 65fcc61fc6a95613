import { button, element, row } from "../elements.js";

/** Names with their colours and counts, each a switch. */
export class Legend {
  /** Numbers of the entries that are switched off. */
  hidden = new Set();
  #entries = [];
  #list = element("div", { class: "legend" });
  root = element(
    "div",
    {},
    this.#list,
    row(
      button("all", () => this.#setAll(true)),
      button("none", () => this.#setAll(false)),
    ),
  );

  /** `onChange` is called after a switch. */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** Sets the entries, in the order of their numbers, unless they are there already. */
  setEntries(entries) {
    if (this.#list.childElementCount === entries.length && this.#entries.length) return;
    this.#entries = entries.map(({ name, colour }, number) => {
      const swatch = element("span", { class: "swatch", style: `background: rgb(${colour})` });
      const count = element("span", { class: "count" });
      const click = () => this.#toggle(number);
      const label = element("span", { class: "name" }, name.replaceAll("_", " "));
      const made = element(
        "button",
        {
          type: "button",
          click,
          "aria-pressed": "true",
          "data-name": name,
        },
        swatch,
        label,
        count,
      );
      return { button: made, count };
    });
    this.#list.replaceChildren(...this.#entries.map((entry) => entry.button));
  }

  /** Shows how many there are of each. */
  setCounts(counts) {
    this.#entries.forEach((entry, number) => {
      entry.count.textContent = counts[number] ? counts[number].toLocaleString("en") : "";
    });
  }

  shows(number) {
    return !this.hidden.has(number);
  }

  #toggle(number) {
    if (!this.hidden.delete(number)) this.hidden.add(number);
    this.#mark();
  }

  #setAll(on) {
    this.hidden = new Set(on ? [] : this.#entries.keys());
    this.#mark();
  }

  #mark() {
    this.#entries.forEach((entry, number) =>
      entry.button.setAttribute("aria-pressed", String(this.shows(number)))
    );
    this.onChange();
  }
}
