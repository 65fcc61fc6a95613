import * as THREE from "three";

/** Marks in a row of the texture. */
export const marksWidth = 2048;
const GONE = 1;
const CHOSEN = 2;

/** Of each Gaussian whether it was deleted and whether it is selected, a byte each, as a texture. */
export class SplatMarks {
  constructor(count) {
    this.count = count;
    const height = Math.max(1, Math.ceil(count / marksWidth));
    this.bytes = new Uint8Array(marksWidth * height);
    this.texture = new THREE.DataTexture(
      this.bytes,
      marksWidth,
      height,
      THREE.RedIntegerFormat,
      THREE.UnsignedByteType,
    );
    this.texture.internalFormat = "R8UI";
    this.texture.needsUpdate = true;
  }

  isGone(i) {
    return (this.bytes[i] & GONE) !== 0;
  }

  isChosen(i) {
    return this.bytes[i] === CHOSEN;
  }

  /** How many are there, and how many of these are selected. */
  counts() {
    let [there, chosen] = [0, 0];
    for (let i = 0; i < this.count; i++) {
      if (this.bytes[i] & GONE) continue;
      there++;
      if (this.bytes[i] & CHOSEN) chosen++;
    }
    return { there, chosen };
  }

  /** Selects what `isWanted(i, was)` says, of those that are there. */
  choose(isWanted) {
    for (let i = 0; i < this.count; i++) {
      if (!(this.bytes[i] & GONE)) this.bytes[i] = isWanted(i, this.isChosen(i)) ? CHOSEN : 0;
    }
    this.texture.needsUpdate = true;
  }

  /** Deletes what `isWanted(i)` says. */
  remove(isWanted) {
    for (let i = 0; i < this.count; i++) if (!this.isGone(i) && isWanted(i)) this.bytes[i] = GONE;
    this.texture.needsUpdate = true;
  }

  /** All marks as they are now, for `restore`. */
  remember() {
    return this.bytes.slice();
  }

  restore(bytes) {
    this.bytes.set(bytes);
    this.texture.needsUpdate = true;
  }

  dispose() {
    this.texture.dispose();
  }
}
