import type { Gpu } from "../../../../gpu/device.ts";
import { compact } from "../../../../gpu/parallel/compact.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { DensityMarks } from "./density_marks.ts";

/** What becomes of Gaussians, counted. */
export interface Growth {
  /** Rows u32 that stay, are doubled, are split; the first of each list as many as counted. */
  readonly lists: readonly [Tensor, Tensor, Tensor];
  readonly stay: number;
  readonly double: number;
  readonly split: number;
  /** As `densityMarks` counts. */
  readonly counts: readonly [doubled: number, split: number, faint: number, large: number];
}

/** Lists the rows that are marked; waits for the GPU's counts. */
export async function countGrowth(gpu: Gpu, marks: DensityMarks): Promise<Growth> {
  const lists = [compact(marks.stays), compact(marks.doubles), compact(marks.splits)] as const;
  const words = Tensor.empty(gpu, [7], "u32");
  let at = words.byteOffset;
  for (const source of [...lists.map(({ count }) => count), marks.counts]) {
    gpu.commands.copyBuffer(source.buffer, source.byteOffset, words.buffer, at, source.bytes);
    at += source.bytes;
  }
  const [stay, double, split, ...counts] = await words.read("u32");
  return {
    lists: [lists[0].kept, lists[1].kept, lists[2].kept],
    stay: stay!,
    double: double!,
    split: split!,
    counts: counts as unknown as Growth["counts"],
  };
}

/**
 * Rows u32 [count] to take for the values and for the moments: those that stay, copies, first children,
 * second children; the new ones' moments come from no row and are 0.
 */
export function grownRows(
  gpu: Gpu,
  { lists: [stays, doubles, splits], stay, double, split }: Growth,
): { readonly values: Tensor; readonly moments: Tensor } {
  const count = stay + double + 2 * split;
  const values = Tensor.empty(gpu, [count], "u32");
  const moments = Tensor.from(gpu, new Uint32Array(count).fill(0xffffffff));
  const put = (list: Tensor, length: number, target: Tensor, offset: number) => {
    if (!length) return;
    const from = list.byteOffset;
    const to = target.byteOffset + 4 * offset;
    gpu.commands.copyBuffer(list.buffer, from, target.buffer, to, 4 * length);
  };
  put(stays, stay, moments, 0);
  put(stays, stay, values, 0);
  put(doubles, double, values, stay);
  put(splits, split, values, stay + double);
  put(splits, split, values, stay + double + split);
  return { values, moments };
}
