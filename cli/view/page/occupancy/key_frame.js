import { fetchItem } from "../door.js";

/** A key frame's data; each part is fetched when it is first asked for. */
export class KeyFrame {
  #parts = new Map();

  constructor(item, about) {
    this.item = item;
    /** `dims`, `range`, which parts there are, names of cameras. */
    this.about = about;
  }

  static async open(item) {
    return new KeyFrame(item, await (await fetchItem(item, "about")).json());
  }

  /** Labels of "truth" or "prediction", or kinds of "error", a byte a voxel. */
  async voxels(part) {
    return new Uint8Array(await this.#bytes(part));
  }

  /** Colours of the voxels, three bytes each; null where they have those of their classes. */
  async colours() {
    return this.about.colours ? new Uint8Array(await this.#bytes("colours")) : null;
  }

  /** Rows of Gaussians, null where there are none. */
  async gaussians() {
    return this.about.gaussians ? new Float32Array(await this.#bytes("gaussians")) : null;
  }

  #bytes(part) {
    if (!this.#parts.has(part)) {
      this.#parts.set(part, fetchItem(this.item, part).then((response) => response.arrayBuffer()));
    }
    return this.#parts.get(part);
  }
}
