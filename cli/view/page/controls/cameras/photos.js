import { fetchItem } from "../../door.js";

// Photos that were looked at last and stay at hand.
const KEPT = 12;

/** The photos of the cameras, as the files that they are. */
export class Photos {
  #kept = new Map();
  /** Another text as soon as the photos are others, null where there are none. */
  version = null;

  /** Another version empties what is kept. */
  update(version) {
    if (version === this.version) return;
    this.version = version;
    for (const name of [...this.#kept.keys()]) this.#drop(name);
  }

  /** A photo's file. */
  async blob(name) {
    const item = { id: "photo", version: this.version };
    return await (await fetchItem(item, name)).blob();
  }

  /** An address of a photo for an `img`. */
  async address(name) {
    const kept = this.#kept.get(name) ?? this.blob(name).then((blob) => URL.createObjectURL(blob));
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    if (this.#kept.size > KEPT) this.#drop(this.#kept.keys().next().value);
    try {
      return await kept;
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  #drop(name) {
    this.#kept.get(name)?.then((address) => URL.revokeObjectURL(address), () => {});
    this.#kept.delete(name);
  }
}
