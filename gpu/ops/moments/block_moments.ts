import { bindable, runsOf } from "../../binding/limit.ts";
import { Kernel, type Uniforms } from "../../kernel.ts";
import { sizeOf, Tensor } from "../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../wgsl/philox.ts";
import scaleSource from "./moment_scale.wgsl" with { type: "text" };
import quantiseSource from "./quantise_moments.wgsl" with { type: "text" };
import restoreSource from "./restore_moments.wgsl" with { type: "text" };

const include = [{ path: "gpu/ops/moments/moment_scale.wgsl", source: scaleSource }];
const quantise = new Kernel("gpu/ops/moments/quantise_moments.wgsl", quantiseSource, {
  include: [...include, philoxSnippet],
});
const restore = new Kernel("gpu/ops/moments/restore_moments.wgsl", restoreSource, { include });

/** Bits of a code. */
export type CodeBits = 4 | 8 | 16;

/** Adam's two moments in codes of a few bits, linear between the bounds of each block. */
export interface BlockMoments {
  /** u32 [blocks, words]: codes of m / (sqrt(v) + 1e-15), the first one of a word in its lowest bits. */
  readonly steps: Tensor;
  /** u32 [blocks, words]: codes of log(1 + sqrt(v) / 1e-15). */
  readonly sizes: Tensor;
  /** f32 [blocks, 4]: least and largest step, least and largest size. */
  readonly bounds: Tensor;
  /** Shape of either moment. */
  readonly shape: readonly number[];
  /** Consecutive entries that share bounds; the last block may have fewer. */
  readonly block: number;
  /** Bits of a code. */
  readonly bits: CodeBits;
}

/**
 * Adam's moments m and v (f32, of one shape, finite) in codes of 16, 8 or 4 bits: the direction of the
 * step, m / (sqrt(v) + 1e-15), with a uniform error, its size with a relative one. An entry that never
 * had a gradient costs its block precision in size, which then begins at 0. `dithered` rounds up or down
 * by chance, so that codes that are restored, stepped and made anew again and again keep their mean.
 */
export function quantiseMoments(
  first: Tensor,
  second: Tensor,
  { bits, block = 256, dithered = false }: {
    readonly bits: CodeBits;
    readonly block?: number;
    readonly dithered?: boolean;
  },
): BlockMoments {
  const { gpu, shape } = first;
  const refuse = (what: string) => new RangeError(`Cannot quantise moments: ${what}`);
  if (shape.join() !== second.shape.join()) {
    throw refuse(`the first is [${shape}], the second [${second.shape}], one shape is needed`);
  }
  if (!Number.isInteger(block) || block < 1) {
    throw refuse(`blocks of ${block} entries, a whole number from 1 on is needed`);
  }
  if (![4, 8, 16].includes(bits)) throw refuse(`codes of ${bits} bits, 4, 8 or 16 are needed`);
  const { blocks, words } = layoutOf(shape, block, bits);
  const moments = {
    steps: Tensor.empty(gpu, [blocks, words], "u32"),
    sizes: Tensor.empty(gpu, [blocks, words], "u32"),
    bounds: Tensor.empty(gpu, [blocks, 4]),
    shape,
    block,
    bits,
  };
  const place = dithered ? gpu.random.take(4 * blocks * words) : { seed: 0, counter: 0 };
  inBlocks(quantise, moments, { first, second }, (first) => ({
    uniforms: { first_word: first * words, ...philoxUniforms(place) },
    constants: { DITHERED: Number(dithered) },
  }));
  return moments;
}

/** The moments m and v that codes stand for, f32 of the shape they had. */
export function restoreMoments(
  moments: BlockMoments,
): { readonly first: Tensor; readonly second: Tensor } {
  const { steps: { gpu }, shape } = moments;
  const restored = { first: Tensor.empty(gpu, shape), second: Tensor.empty(gpu, shape) };
  inBlocks(restore, moments, restored);
  return restored;
}

/** Each block begins with a word of its own; one larger than all there is, is as large as that. */
function layoutOf(shape: readonly number[], most: number, bits: CodeBits) {
  const count = sizeOf(shape);
  const block = Math.min(most, count);
  return { count, block, blocks: Math.ceil(count / most), words: Math.ceil(block * bits / 32) };
}

/** Runs a kernel on all blocks, so many at a time as can be bound. */
function inBlocks(
  kernel: Kernel,
  { steps, sizes, bounds, shape, block: most, bits }: BlockMoments,
  { first, second }: { readonly first: Tensor; readonly second: Tensor },
  more: (firstBlock: number) => { uniforms?: Uniforms; constants?: Record<string, number> } =
    () => ({}),
): void {
  const { gpu } = steps;
  const { count, block, blocks, words } = layoutOf(shape, most, bits);
  const [flatFirst, flatSecond] = [first.alias([count]), second.alias([count])];
  // 64 blocks of anything begin at a multiple of 256 bytes.
  for (const run of runsOf(blocks, bindable(gpu, 4 * Math.max(4, block), 64))) {
    const end = run.first + run.count;
    const entries = [run.first * block, Math.min(end * block, count)] as const;
    const pieces = {
      steps: steps.window(run.first, end),
      sizes: sizes.window(run.first, end),
      bounds: bounds.window(run.first, end),
      first: flatFirst.window(...entries),
      second: flatSecond.window(...entries),
    };
    const { uniforms, constants } = more(run.first);
    kernel.dispatch(
      gpu,
      pieces,
      { count: entries[1] - entries[0], block, blocks: run.count, words, ...uniforms },
      { groups: run.count },
      { BITS: bits, ...constants },
    );
    for (const piece of Object.values(pieces)) piece.release();
  }
  flatFirst.release();
  flatSecond.release();
}
