import { runsOf } from "../binding/limit.ts";
import {
  type BlockMoments,
  quantiseMoments,
  restoreMoments,
} from "../ops/moments/block_moments.ts";
import type { Gpu } from "../device.ts";
import { Tensor } from "../tensor.ts";

const OPEN = 1 << 26;
const BITS = 8;

/** Some rows of a parameter; without codes, their moments lie in full in the whole, or are zeros. */
interface Run {
  readonly first: number;
  readonly end: number;
  codes: BlockMoments | null;
}

/** Adam's two moments of one parameter in codes of 8 bits, in runs of rows that a step opens one by one. */
export class CodedMoments {
  readonly #runs: readonly Run[];
  #whole: readonly [Tensor, Tensor] | null;

  /** Of moments [rows, ...] in full, which it owns from then on, or of zeros; the first step or `code` makes codes. */
  constructor(
    private readonly gpu: Gpu,
    readonly shape: readonly number[],
    moments: readonly [Tensor, Tensor] | null,
    /** Bytes of moments in full that a step holds at a time. */
    open = OPEN,
  ) {
    this.#whole = moments;
    this.#runs = rowRuns(shape, open).map(([first, end]) => ({ first, end, codes: null }));
  }

  /** Calls `step` with the moments of some rows after the other, and codes what it leaves, rounded by chance. */
  step(step: (moments: [Tensor, Tensor], first: number, end: number) => void): void {
    this.#each((moments, run) => {
      step(moments, run.first, run.end);
      return true;
    });
  }

  /** Codes moments that are in full still, each rounded to the nearest code. */
  code(): void {
    this.#each((_, { codes }) => codes ? null : false);
  }

  /** Both moments in full. */
  open(): [Tensor, Tensor] {
    const { gpu } = this;
    const whole = gpu.lasting(() => [this.shape, this.shape].map((s) => Tensor.empty(gpu, s)));
    for (const run of this.#runs) {
      using _run = gpu.scope();
      this.#moments(run).forEach((moment, i) =>
        gpu.commands.copy(moment, whole[i]!.window(run.first, run.end))
      );
    }
    return whole as [Tensor, Tensor];
  }

  /** Gives the memory back. */
  release(): void {
    for (const { codes } of this.#runs) release(codes);
    for (const moment of this.#whole ?? []) moment.release();
  }

  /** Makes codes of what `change` leaves of the moments of each run, dithered or not; null for none. */
  #each(change: (moments: [Tensor, Tensor], run: Run) => boolean | null): void {
    for (const run of this.#runs) {
      using _run = this.gpu.scope();
      const moments = this.#moments(run);
      const dithered = change(moments, run);
      if (dithered === null) continue;
      release(run.codes);
      run.codes = this.gpu.lasting(() => quantiseMoments(...moments, { bits: BITS, dithered }));
    }
    for (const moment of this.#whole ?? []) moment.release();
    this.#whole = null;
  }

  /** Those of a run, for the scope that is open. */
  #moments({ first, end, codes }: Run): [Tensor, Tensor] {
    if (codes) {
      const { first: m, second: v } = restoreMoments(codes);
      return [m, v];
    }
    const { gpu, shape } = this;
    const rows = [end - first, ...shape.slice(1)];
    const one = (i: 0 | 1) => this.#whole?.[i].window(first, end) ?? Tensor.zeros(gpu, rows);
    return [one(0), one(1)];
  }
}

/** Rows whose moments are open at a time: multiples of 64, so that pieces begin where bindings may. */
function rowRuns([rows, ...rest]: readonly number[], open: number): (readonly [number, number])[] {
  const row = 8 * rest.reduce((product, extent) => product * extent, 1);
  const most = Math.max(64, Math.floor(open / row / 64) * 64);
  return [...runsOf(rows!, most)].map(({ first, count }) => [first, first + count] as const);
}

function release(codes: BlockMoments | null): void {
  if (codes) { for (const tensor of [codes.steps, codes.sizes, codes.bounds]) tensor.release(); }
}
