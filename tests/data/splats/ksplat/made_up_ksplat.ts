import { SH_C0, sigmoid } from "../../../../data/splats/activation.ts";
import type { Splats } from "../../../../data/splats/splats.ts";

const HEADER = 4096;
const SECTION = 1024;

/** Section headers and data of one section; Gaussians 0..3 in a full bucket, the rest in parts of 2 and n. */
function section(splats: Splats, level: 0 | 1 | 2): { head: Uint8Array; data: Uint8Array } {
  const { count, degree } = splats;
  const parts = [2, count - 6];
  const coefficients = (degree + 1) ** 2 - 1;
  const record = (level === 0 ? 44 : 24) + 3 * coefficients * (4 >> level);
  const head = new DataView(new ArrayBuffer(SECTION));
  [count, count, 4, 3].forEach((word, i) => head.setUint32(4 * i, word, true));
  head.setFloat32(16, 8, true); // buckets of 8 m: a step is 4 / 32767 m
  head.setUint16(20, 12, true);
  [0, 0, 1, 2].forEach((word, i) => head.setUint32(24 + 4 * i, word, true));
  head.setUint16(40, degree, true);

  const data = new DataView(new ArrayBuffer(8 + 36 + record * count));
  parts.forEach((length, i) => data.setUint32(4 * i, length, true));
  const centers = [0, 0, 0, 0.5, 0, -0.5, 1, 1, 1];
  centers.forEach((value, i) => data.setFloat32(8 + 4 * i, value, true));
  const real = (at: number, value: number) =>
    level === 0 ? data.setFloat32(at, value, true) : data.setFloat16(at, value, true);
  const size = level === 0 ? 4 : 2;
  for (let i = 0; i < count; i++) {
    const at = 44 + record * i;
    const bucket = i < 4 ? 0 : i < 6 ? 1 : 2;
    for (let k = 0; k < 3; k++) {
      const x = splats.positions[3 * i + k]!;
      if (level === 0) data.setFloat32(at + 4 * k, x, true);
      else {
        const steps = Math.round((x - centers[3 * bucket + k]!) / (4 / 32767)) + 32767;
        data.setUint16(at + 2 * k, steps, true);
      }
      real(at + 3 * size + size * k, Math.exp(splats.logScales[3 * i + k]!));
      data.setUint8(at + 10 * size + k, Math.round(255 * (0.5 + SH_C0 * splats.shDc[3 * i + k]!)));
    }
    for (let k = 0; k < 4; k++) real(at + 6 * size + size * k, splats.quaternions[4 * i + k]!);
    data.setUint8(at + 10 * size + 3, Math.round(255 * sigmoid(splats.opacities[i]!)));
    let to = at + 10 * size + 4;
    const bands = [[0, 3], [3, 8], [8, 15]].slice(0, degree);
    for (const [begin, end] of bands) {
      for (let channel = 0; channel < 3; channel++) {
        for (let n = begin!; n < end!; n++, to += 4 >> level) {
          const value = splats.shRest[3 * (i * coefficients + n) + channel]!;
          if (level < 2) real(to, value);
          else data.setUint8(to, Math.round((value + 2) / 4 * 255));
        }
      }
    }
  }
  return { head: new Uint8Array(head.buffer), data: new Uint8Array(data.buffer) };
}

/**
 * A `.ksplat` file with one section for each scene of more than six Gaussians within 4 m: nothing in
 * the project writes that format.
 */
export function ksplatBytes(scenes: readonly Splats[], level: 0 | 1 | 2): Uint8Array {
  const sections = scenes.map((splats) => section(splats, level));
  const size = sections.reduce((sum, { data }) => sum + SECTION + data.length, HEADER);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 1]);
  view.setUint32(4, sections.length, true);
  view.setUint16(20, level, true);
  view.setFloat32(36, -2, true);
  view.setFloat32(40, 2, true);
  let at = HEADER + SECTION * sections.length;
  sections.forEach(({ head, data }, i) => {
    bytes.set(head, HEADER + SECTION * i);
    bytes.set(data, at);
    at += data.length;
  });
  return bytes;
}
