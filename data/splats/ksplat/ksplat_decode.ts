import { LOGIT_OF_BYTE, logScale, SH_C0 } from "../activation.ts";
import { normalised } from "../quaternion.ts";
import { restCoefficients, type ShDegree, type Splats } from "../splats.ts";

/** What the header of a `.ksplat` file says of all its sections. */
export interface KsplatHeader {
  /** 0: floats; 1: 16-bit positions within buckets, half floats; 2: harmonics as bytes besides. */
  readonly level: 0 | 1 | 2;
  readonly sections: number;
  /** Harmonics that bytes 0 and 255 stand for. */
  readonly minHarmonic: number;
  readonly maxHarmonic: number;
}

/** What one section of a `.ksplat` file holds, and where. */
export interface KsplatSection {
  readonly count: number;
  readonly degree: ShDegree;
  readonly recordBytes: number;
  readonly dataOffset: number;
  /** Gaussians in each of the first `fullBuckets` buckets. */
  readonly bucketSize: number;
  readonly fullBuckets: number;
  /** Gaussians in each of the buckets after those. */
  readonly partLengths: Uint32Array;
  /** Centres of all buckets, [B, 3]. */
  readonly centers: Float32Array;
  /** Length of one step of a 16-bit position, and the step that stands for the centre. */
  readonly step: number;
  readonly range: number;
}

/** Decodes records of a section, which follow those that `buckets` has walked, into Gaussians from `first`. */
export function decodeKsplatRecords(
  bytes: Uint8Array,
  header: KsplatHeader,
  buckets: BucketWalk,
  { splats, first }: { splats: Splats; first: number },
): void {
  const { section } = buckets;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const colorOffset = header.level === 0 ? 40 : 20;
  for (let at = 0, i = first; at < bytes.length; at += section.recordBytes, i++) {
    if (header.level === 0) decodeFloats(view, at, splats, i);
    else {
      decodeHalves(view, at, splats, i);
      movePosition(splats.positions, i, section, buckets.next());
    }
    decodeColor(bytes, at + colorOffset, splats, i);
    decodeHarmonics(view, at + colorOffset + 4, header, { splats, i, degree: section.degree });
  }
}

/** Says for one Gaussian of a section after the other which bucket it lies in. */
export class BucketWalk {
  #bucket = -1;
  #left = 0;

  constructor(readonly section: KsplatSection) {}

  next(): number {
    const { fullBuckets, bucketSize, partLengths } = this.section;
    // The section was checked to have room for all its Gaussians, so this ends.
    while (this.#left === 0) {
      this.#bucket++;
      const isFull = this.#bucket < fullBuckets;
      this.#left = isFull ? bucketSize : partLengths[this.#bucket - fullBuckets]!;
    }
    this.#left--;
    return this.#bucket;
  }
}

const q = new Float64Array(4);

function decodeFloats(view: DataView, at: number, splats: Splats, i: number): void {
  for (let k = 0; k < 3; k++) {
    splats.positions[3 * i + k] = view.getFloat32(at + 4 * k, true);
    splats.logScales[3 * i + k] = logScale(view.getFloat32(at + 12 + 4 * k, true));
  }
  for (let k = 0; k < 4; k++) {
    splats.quaternions[4 * i + k] = view.getFloat32(at + 24 + 4 * k, true);
  }
  splats.quaternions.set(normalised(splats.quaternions, i, q), 4 * i);
}

/** Positions stay in steps here. */
function decodeHalves(view: DataView, at: number, splats: Splats, i: number): void {
  for (let k = 0; k < 3; k++) {
    splats.positions[3 * i + k] = view.getUint16(at + 2 * k, true);
    splats.logScales[3 * i + k] = logScale(view.getFloat16(at + 6 + 2 * k, true));
  }
  for (let k = 0; k < 4; k++) {
    splats.quaternions[4 * i + k] = view.getFloat16(at + 12 + 2 * k, true);
  }
  splats.quaternions.set(normalised(splats.quaternions, i, q), 4 * i);
}

function movePosition(
  positions: Float32Array,
  i: number,
  { step, range, centers }: KsplatSection,
  bucket: number,
): void {
  for (let k = 0; k < 3; k++) {
    positions[3 * i + k] = (positions[3 * i + k]! - range) * step + centers[3 * bucket + k]!;
  }
}

function decodeColor(bytes: Uint8Array, at: number, splats: Splats, i: number): void {
  for (let k = 0; k < 3; k++) splats.shDc[3 * i + k] = (bytes[at + k]! / 255 - 0.5) / SH_C0;
  splats.opacities[i] = LOGIT_OF_BYTE[bytes[at + 3]!]!;
}

function decodeHarmonics(
  view: DataView,
  start: number,
  { level, minHarmonic, maxHarmonic }: KsplatHeader,
  { splats, i, degree }: { splats: Splats; i: number; degree: ShDegree },
): void {
  const base = i * 3 * restCoefficients(splats.degree);
  let at = start;
  // Degree by degree, within a degree channel by channel.
  for (let band = 1; band <= degree; band++) {
    const before = band * band - 1;
    for (let channel = 0; channel < 3; channel++) {
      for (let n = before; n < before + 2 * band + 1; n++) {
        const value = level === 0
          ? view.getFloat32(at, true)
          : level === 1
          ? view.getFloat16(at, true)
          : minHarmonic + view.getUint8(at) / 255 * (maxHarmonic - minHarmonic);
        splats.shRest[base + 3 * n + channel] = value;
        at += 4 >> level;
      }
    }
  }
}
