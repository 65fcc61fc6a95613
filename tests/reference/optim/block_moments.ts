/** Codes of a block's moments with the bounds of steps and sizes, and what they stand for. */
export interface ReferenceBlocks {
  /** [blocks][4]: least and largest step, least and largest size. */
  readonly bounds: number[][];
  readonly steps: number[];
  readonly sizes: number[];
}

const TINY = 1e-15;

/** Adam's moments in blocks of linear codes, in f64. */
export function quantise(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  block: number,
  bits: number,
): ReferenceBlocks {
  const result: ReferenceBlocks = { bounds: [], steps: [], sizes: [] };
  for (let start = 0; start < first.length; start += block) {
    const steps: number[] = [];
    const sizes: number[] = [];
    for (let i = start; i < Math.min(start + block, first.length); i++) {
      const root = Math.sqrt(second[i]!);
      steps.push(first[i]! / (root + TINY));
      sizes.push(Math.log1p(root / TINY));
    }
    const ends = [Math.min(...steps), Math.max(...steps), Math.min(...sizes), Math.max(...sizes)];
    result.bounds.push(ends);
    result.steps.push(...steps.map((x) => codeOf(x, ends[0]!, ends[1]!, bits)));
    result.sizes.push(...sizes.map((x) => codeOf(x, ends[2]!, ends[3]!, bits)));
  }
  return result;
}

/** The moments that codes stand for, in f64. */
export function restore(
  { bounds, steps, sizes }: ReferenceBlocks,
  block: number,
  bits: number,
): { first: number[]; second: number[] } {
  const levels = 2 ** bits - 1;
  const first: number[] = [];
  const second: number[] = [];
  steps.forEach((step, i) => {
    const [low, high, least, largest] = bounds[Math.floor(i / block)] as [
      number,
      number,
      number,
      number,
    ];
    const root = TINY * Math.expm1(least + (largest - least) * sizes[i]! / levels);
    first.push((low + (high - low) * step / levels) * (root + TINY));
    second.push(root * root);
  });
  return { first, second };
}

function codeOf(x: number, low: number, high: number, bits: number): number {
  const levels = 2 ** bits - 1;
  return high > low ? Math.min(levels, Math.floor(levels * (x - low) / (high - low) + 0.5)) : 0;
}
