import { noise } from "../../support.ts";

/** Rectangles of all sizes and greys, blurred three times by boxes of a radius; [height, width] in 0 to 255. */
export function madeUpPhoto(
  seed: number,
  [width, height]: [number, number],
  radius: number,
): Float64Array {
  let grey = new Float64Array(width * height).fill(128);
  const draws = noise(seed, 5 * 60, 0, 1);
  for (let i = 0; i < 60; i++) {
    const [u, v, across, down, value] = draws.subarray(5 * i, 5 * i + 5) as unknown as number[];
    const [left, top] = [Math.floor(u! * width), Math.floor(v! * height)];
    const right = Math.min(width, left + 2 + Math.floor(across! * width / 3));
    const bottom = Math.min(height, top + 2 + Math.floor(down! * height / 3));
    for (let y = top; y < bottom; y++) grey.fill(255 * value!, y * width + left, y * width + right);
  }
  for (let k = 0; k < 6; k++) {
    const [step, length] = k % 2 ? [width, height] : [1, width];
    grey = grey.map((_, at) => {
      const place = k % 2 ? Math.floor(at / width) : at % width;
      let [sum, count] = [0, 0];
      for (let d = -radius; d <= radius; d++) {
        if (place + d < 0 || place + d >= length) continue;
        sum += grey[at + d * step]!;
        count++;
      }
      return sum / count;
    });
  }
  return grey;
}
