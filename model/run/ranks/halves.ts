import type { Ranks } from "./ranks.ts";

let values16: Float32Array | null = null;

/** What each of the 65 536 halves stands for: a look-up is four times as fast as the engine's conversion. */
function valuesOfHalves(): Float32Array {
  if (!values16) {
    values16 = new Float32Array(1 << 16);
    values16.set(new Float16Array(Uint16Array.from(values16.keys()).buffer));
  }
  return values16;
}

/** The largest sum is scaled below 2^15: a rounding later it is still below 65 504. */
const TOP = 15;

/**
 * Replaces values by their sums over ranks, which travel as halves and so take half the bytes: each rank
 * adds up a part of what all bring, in f32 and in the order of ranks, and tells the others (MPI has no
 * sums of halves). What is brought and what comes of it are rounded once each, to 11 bits. A power of two
 * for all keeps to that what is down to 2^-29 of the largest; below it steps are 2^-39 of it.
 */
export async function sumInHalves(ranks: Ranks, values: Float32Array): Promise<void> {
  const { size } = ranks;
  const valueOf = valuesOfHalves();
  const largest = Float64Array.of(size * largestOf(values));
  await ranks.largest(largest);
  const scale = scaleOf(largest[0]!);
  // Parts are of whole words, which hold two halves each.
  const part = 2 * Math.ceil(values.length / 2 / size);
  const brought = new Float16Array(part * size);
  if (scale !== 1) { for (let i = 0; i < values.length; i++) values[i]! *= scale; }
  brought.set(values);
  const words = new Float32Array(brought.buffer);
  const arrived = await ranks.exchange(
    Array.from({ length: size }, (_, to) => words.subarray(part / 2 * to, part / 2 * (to + 1))),
  );
  const sums = new Float32Array(part);
  for (const block of arrived) {
    const halves = new Uint16Array(block.buffer, block.byteOffset, part);
    for (let i = 0; i < part; i++) sums[i]! += valueOf[halves[i]!]!;
  }
  const told = await ranks.gather(new Uint8Array(new Float16Array(sums).buffer));
  const back = 1 / scale;
  for (const [rank, bytes] of told.entries()) {
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, part);
    const end = Math.min(part, values.length - part * rank);
    for (let i = 0; i < end; i++) values[part * rank + i] = valueOf[halves[i]!]! * back;
  }
}

/** The power of two that brings `largest` just below 2^15; 1 for zero and for what is not finite. */
function scaleOf(largest: number): number {
  if (!(largest > 0 && largest < Infinity)) return 1;
  return 2 ** Math.min(100, TOP - Math.ceil(Math.log2(largest)));
}

/** The largest size among values, infinite where one is not finite: a NaN would be larger on some ranks alone. */
function largestOf(values: Float32Array): number {
  // By bits, which order sizes, in a sixth of the time.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let largest = 0;
  for (let i = 0; i < bits.length; i++) largest = Math.max(largest, bits[i]! & 0x7fffffff);
  const infinite = 0x7f800000;
  return new Float32Array(Int32Array.of(Math.min(largest, infinite)).buffer)[0]!;
}
