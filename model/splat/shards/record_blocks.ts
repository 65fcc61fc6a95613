import type { Gpu } from "../../../gpu/device.ts";
import type { ScreenRecords } from "../../../gpu/ops/gaussian/rasterize/records/screen_records.ts";
import { Tensor } from "../../../gpu/tensor.ts";

/** Words of a record, field by field as they travel: three times four numbers, radius, tiles. */
const FIELDS = [
  ["places", 4],
  ["shapes", 4],
  ["colours", 4],
  ["radii", 1],
  ["touched", 1],
] as const satisfies readonly (readonly [keyof ScreenRecords, number])[];
/** Words of a record's gradient. */
const GRADIENT = 12;

/** Records of one view, and how many each rank sent of them. */
export interface JoinedRecords {
  readonly records: ScreenRecords;
  readonly lengths: readonly number[];
}

/** What is sent to the rank that draws some views: how many records each has, then the records. */
export async function packRecords(
  gpu: Gpu,
  views: readonly ScreenRecords[],
): Promise<Float32Array> {
  if (!views.length) return new Float32Array(0);
  const counts = Uint32Array.from({ length: views.length }, (_, view) => views[view]!.radii.size);
  const words = counts.reduce((sum, count) => sum + wordsOf(count), counts.length);
  const block = Tensor.empty(gpu, [words], "u32");
  const head = block.viewAt(block.byteOffset, [counts.length]);
  head.write(counts);
  let at = block.byteOffset + counts.byteLength;
  for (const view of views) {
    for (const [field] of FIELDS) {
      const { buffer, byteOffset, size } = view[field];
      if (size) gpu.commands.copyBuffer(buffer, byteOffset, block.buffer, at, 4 * size);
      at += 4 * size;
    }
  }
  const { buffer } = await block.read("u32");
  for (const tensor of [head, block]) tensor.release();
  return new Float32Array(buffer, 0, words);
}

/** The records of one of `views` from what all ranks sent, in the order of the ranks. */
export function joinRecords(
  gpu: Gpu,
  blocks: readonly Float32Array[],
  { view, views }: { readonly view: number; readonly views: number },
): JoinedRecords {
  const heads = blocks.map((block) => new Uint32Array(block.buffer, block.byteOffset, views));
  const lengths = heads.map((head) => head[view]!);
  const starts = heads.map((head) =>
    head.subarray(0, view).reduce((sum, count) => sum + wordsOf(count), views)
  );
  // Where nothing is shown one record stands that is in no tile: tensors have rows.
  const rows = Math.max(1, lengths.reduce((sum, length) => sum + length, 0));
  let before = 0;
  const joined = FIELDS.map(([field, width]) => {
    const words = new Float32Array(width * rows);
    let to = 0;
    blocks.forEach((block, rank) => {
      const from = starts[rank]! + before * lengths[rank]!;
      const length = width * lengths[rank]!;
      words.set(block.subarray(from, from + length), to);
      to += length;
    });
    before += width;
    const shape = width === 1 ? [rows] : [rows, width];
    const { buffer } = words;
    if (field === "radii") return [field, Tensor.from(gpu, new Int32Array(buffer), shape)];
    if (field === "touched") return [field, Tensor.from(gpu, new Uint32Array(buffer), shape)];
    return [field, Tensor.from(gpu, words, shape)];
  });
  return { records: Object.fromEntries(joined), lengths };
}

/** What one view's drawing says of its records. */
export interface DrawnView {
  /** Gradients f32 [m, 12], flat. */
  readonly gradients: Float32Array;
  readonly lengths: readonly number[];
  /** Whether there was no room for its pairs. */
  readonly broken: boolean;
}

/** What goes back to each rank: which of the views had no room, then the gradients of its records. */
export function packGradients(views: readonly DrawnView[], ranks: number): Float32Array[] {
  const firsts = views.map(() => 0);
  return Array.from({ length: ranks }, (_, rank) => {
    const words = views.reduce((sum, { lengths }) => sum + GRADIENT * lengths[rank]!, views.length);
    const block = new Float32Array(words);
    let at = views.length;
    for (const [v, { gradients, lengths, broken }] of views.entries()) {
      block[v] = Number(broken);
      const length = GRADIENT * lengths[rank]!;
      block.set(gradients.subarray(firsts[v]!, firsts[v]! + length), at);
      firsts[v]! += length;
      at += length;
    }
    return block;
  });
}

/** Of such a block, each view's gradients, flat, by how many records were sent for it. */
export function gradientsOf(
  block: Float32Array,
  counts: readonly number[],
): { readonly gradients: Float32Array; readonly broken: boolean }[] {
  let at = counts.length;
  return counts.map((count, view) => ({
    broken: block[view] === 1,
    gradients: block.subarray(at, at += GRADIENT * count),
  }));
}

function wordsOf(records: number): number {
  return records * FIELDS.reduce((sum, [, width]) => sum + width, 0);
}
