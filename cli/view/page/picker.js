import { button, checkbox, element, leaveKeys, row, section } from "./elements.js";

/** Chooses one of the items: the newest as they come, or the one that the user picked. */
export class Picker {
  /** Show the newest one as soon as it is there. */
  following = true;
  #items = [];
  #select = leaveKeys(element("select", {
    "aria-label": "shown",
    change: () => this.#pick(this.#select.value),
  }));
  #follow = checkbox("follow the newest", true, (on) => {
    this.following = on;
    if (on) this.#choose(this.#items.at(-1));
  });
  #shown = null;

  /** `onChoice` shows an item; `complain` gets what it throws, null where it does not. */
  constructor(heading, { onChoice, complain }) {
    this.onChoice = onChoice;
    this.complain = complain;
    this.root = section(
      heading,
      row(
        button("‹", () => this.step(-1), { title: "previous (comma)" }),
        this.#select,
        button("›", () => this.step(1), { title: "next (full stop)" }),
      ),
      this.#follow,
    );
  }

  /** Takes the items there are now; tells which to show if it is another one or has changed. */
  async update(items) {
    this.#items = items;
    const options = items.map(({ id, label }) => element("option", { value: id }, label));
    this.#select.replaceChildren(...options);
    this.root.hidden = items.length === 0;
    this.#follow.hidden = items.length < 2;
    const current = items.find(({ id }) => id === this.#shown?.id);
    await this.#choose(this.following || !current ? items.at(-1) : current);
  }

  /** Goes so many items on. */
  step(by) {
    const at = this.#items.findIndex(({ id }) => id === this.#shown?.id) + by;
    if (this.#items[at]) this.#pick(this.#items[at].id);
  }

  #pick(id) {
    const item = this.#items.find((candidate) => candidate.id === id);
    this.following = item === this.#items.at(-1);
    this.#follow.querySelector("input").checked = this.following;
    return this.#choose(item);
  }

  async #choose(item) {
    if (!item) return;
    this.#select.value = item.id;
    if (item.id === this.#shown?.id && item.version === this.#shown.version) return;
    this.#shown = item;
    try {
      await this.onChoice(item);
      if (this.#shown === item) this.complain(null);
    } catch (error) {
      // Not asked for again until it has changed.
      this.complain(error.message);
    }
  }
}
