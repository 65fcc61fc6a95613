import { button, checkbox, element, leaveKeys, row, section, setOptions } from "../elements.js";

const FILM_MS = 700;

/** Chooses one of the items: the newest as they come, or the one that the user picked, or one after the other. */
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
  #time = element("input", {
    type: "range",
    "aria-label": "timeline",
    min: 0,
    step: 1,
    input: () => this.#pick(this.#items[Number(this.#time.value)].id),
  });
  #play = button("▶", () => this.play(!this.#playing), {
    pressed: false,
    title: "one after the other",
  });
  #line = row(this.#play, this.#time);
  #playing = false;
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
      this.#line,
      this.#follow,
    );
  }

  /** What is shown, and all there is. */
  get shown() {
    return this.#shown;
  }
  get items() {
    return this.#items;
  }

  /** Takes the items there are now, and shows another one where it is another or has changed, or one by its id. */
  async update(items, wanted = null) {
    this.#items = items;
    setOptions(this.#select, items.map(({ id, label }) => [id, label]));
    this.root.hidden = items.length === 0;
    this.#line.hidden = this.#follow.hidden = items.length < 2;
    this.#time.max = items.length - 1;
    if (wanted !== null) return await this.#pick(wanted);
    const current = items.find(({ id }) => id === this.#shown?.id);
    await this.#choose(this.following || !current ? items.at(-1) : current);
  }

  /** Stays with what is shown. */
  hold() {
    this.following = this.#follow.querySelector("input").checked = false;
  }

  /** Goes so many items on. */
  step(by) {
    const at = this.#items.findIndex(({ id }) => id === this.#shown?.id) + by;
    if (this.#items[at]) this.#pick(this.#items[at].id);
  }

  /** Shows one after the other, around the end, each as soon as the one before is there. */
  async play(on) {
    this.#playing = on;
    this.#play.setAttribute("aria-pressed", String(on));
    while (this.#playing) {
      const started = performance.now();
      const at = this.#items.findIndex(({ id }) => id === this.#shown?.id);
      await this.#pick(this.#items[(at + 1) % this.#items.length].id);
      const left = Math.max(0, FILM_MS - (performance.now() - started));
      await new Promise((resolve) => setTimeout(resolve, left));
    }
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
    this.#time.value = this.#items.indexOf(item);
    if (item.id === this.#shown?.id && item.version === this.#shown.version) return;
    this.#shown = item;
    try {
      await this.onChoice(item);
      if (this.#shown === item) this.complain(null);
    } catch (error) {
      // Not asked for again until it has changed.
      if (this.#shown === item) this.complain(error.message);
    }
  }
}
