import type { Gpu } from "../../../gpu/device.ts";
import { clamp } from "../../../gpu/ops/array/elementwise/unary.ts";
import { takeRows } from "../../../gpu/ops/array/rows/gather_rows.ts";
import {
  type DensityLimits,
  type DensityMarks,
  densityMarks,
} from "../../../gpu/ops/gaussian/density/density_marks.ts";
import { addGradientStatistics } from "../../../gpu/ops/gaussian/density/gradient_statistics.ts";
import { splitChildren } from "../../../gpu/ops/gaussian/density/split_children.ts";
import { compact } from "../../../gpu/parallel/compact.ts";
import { copyOf, noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { SplatConfig } from "../config.ts";
import type { Gaussians } from "../gaussians.ts";

/** Gaussians fainter than this go. */
const LEAST_OPACITY = 0.005;
/** What opacities are cut to at a reset, as a logit: that of 0.01. */
const RESET_LOGIT = Math.log(0.01 / 0.99);
/** Gaussians larger than this share of the cameras' extent go, once opacities have been reset. */
const LARGEST_SHARE = 0.1;

/** What one densification did; rows count copies and children too. */
export interface Densified {
  /** From 1. */
  readonly iteration: number;
  /** Gaussians cloned. */
  readonly cloned: number;
  /** Gaussians split in two. */
  readonly split: number;
  /** Gaussians removed for their opacity. */
  readonly faint: number;
  /** Gaussians removed for their size. */
  readonly large: number;
  /** Gaussians afterwards. */
  readonly gaussians: number;
}

/**
 * Standard normal numbers f32 [2 parents, 3] for the children of so many Gaussians: the first child of
 * each, then the second of each.
 */
export type DrawChildren = (parents: number) => Float32Array;

/** Adaptive density control of 3DGS (Kerbl et al. 2023, section 5.2), as the reference's code has it. */
export class DensityControl {
  /** Per Gaussian: lengths of gradients by the place on the screen, pictures it was in; [n, 2]. */
  sums: Tensor;
  readonly #gpu: Gpu;

  constructor(
    private readonly gaussians: Gaussians,
    private readonly config: SplatConfig,
    private readonly extent: number,
  ) {
    this.#gpu = gaussians.gpu;
    this.sums = this.#zeros();
  }

  /** Adds what one picture says of where detail is missing. */
  observe(picture: Parameters<typeof addGradientStatistics>[1]): void {
    addGradientStatistics(this.sums, picture);
  }

  /**
   * Doubles small Gaussians and splits large ones where gradients are large, and drops faint and huge
   * ones; waits for the GPU's counts. `draw` gives the places of children in their parents.
   */
  async densify(iteration: number, draw: DrawChildren): Promise<Densified> {
    const { gaussians, config, extent } = this;
    const gpu = this.#gpu;
    using _scope = gpu.scope();
    const limits: DensityLimits = {
      threshold: config.densify_grad_threshold,
      size: config.percent_dense * extent,
      leastOpacity: LEAST_OPACITY,
      largest: iteration > config.opacity_reset_interval ? LARGEST_SHARE * extent : 0,
    };
    const threshold = await this.#affordable(limits.threshold);
    const marks = this.#mark({ ...limits, threshold });
    const plan = await countRows(gpu, marks);
    const count = plan.stay + plan.double + 2 * plan.split;
    const [cloned, split, faint, large] = plan.counts;
    if (count === 0) {
      throw new RangeError(
        `Cannot train on: densification at iteration ${iteration} would drop all ${gaussians.count} ` +
          "Gaussians as too faint or too large",
      );
    }
    const { rows, moments } = rowsOf(gpu, plan, count);
    gaussians.resize((tensor, role) => takeRows(tensor, role === "value" ? rows : moments));
    if (plan.split) {
      splitChildren(
        {
          means: gaussians.xyz.value,
          scaling: gaussians.scaling.value,
          rotations: gaussians.rotation.value,
        },
        Tensor.from(gpu, await this.#places(marks, plan, draw), [2 * plan.split, 3]),
      );
    }
    this.clear();
    return {
      iteration,
      cloned: cloned!,
      split: split!,
      faint: faint!,
      large: large!,
      gaussians: count,
    };
  }

  /** Cuts opacities to 0.01 and forgets their moments. */
  resetOpacities(): void {
    noGradient(this.#gpu, () => {
      this.gaussians.opacity.resize((tensor, role) => {
        if (role === "value") return clamp(tensor, -3e38, RESET_LOGIT);
        const zeros = copyOf(tensor);
        this.#gpu.commands.clear(zeros);
        return zeros;
      });
    });
    this.gaussians.dropGradients(["opacity"]);
  }

  /** Starts counting anew, for as many Gaussians as there are now. */
  clear(): void {
    this.sums.release();
    this.sums = this.#zeros();
  }

  /** Gives the sums back. */
  release(): void {
    this.sums.release();
  }

  /** Noise of the children that stay, out of that of all children there would be. */
  async #places(
    { splits, parents }: DensityMarks,
    { split, counts }: Plan,
    draw: DrawChildren,
  ): Promise<Float32Array> {
    const all = counts[1]!;
    const noise = draw(all);
    if (all === split) return noise;
    const [stay, were] = [await splits.read("u32"), await parents.read("u32")];
    const rows: number[] = [];
    let row = 0;
    were.forEach((flag, i) => {
      if (stay[i]) rows.push(row);
      row += flag;
    });
    const out = new Float32Array(6 * split);
    [...rows, ...rows.map((row) => all + row)].forEach((row, to) =>
      out.set(noise.subarray(3 * row, 3 * row + 3), 3 * to)
    );
    return out;
  }

  #mark(limits: DensityLimits): DensityMarks {
    const { scaling, opacity } = this.gaussians;
    return densityMarks(
      { sums: this.sums, scaling: scaling.value, opacity: opacity.value },
      limits,
    );
  }

  /** The threshold, or the lowest one with which no more Gaussians grow than there may be. */
  async #affordable(threshold: number): Promise<number> {
    const { max_gaussians } = this.config;
    const { count } = this.gaussians;
    if (!max_gaussians || 2 * count <= max_gaussians) return threshold;
    const sums = await this.sums.read("f32");
    const means: number[] = [];
    for (let i = 0; i < count; i++) {
      const mean = Math.fround(sums[2 * i]! / sums[2 * i + 1]!);
      if (mean >= threshold) means.push(mean);
    }
    const room = Math.max(0, max_gaussians - count);
    if (means.length <= room) return threshold;
    means.sort((a, b) => b - a);
    // Halfway to the first that must not grow; equal ones all stay behind.
    const last = means[room]!;
    const next = means.slice(0, room).findLast((mean) => mean > last);
    return next === undefined ? means[0]! * 2 : (next + last) / 2;
  }

  #zeros(): Tensor {
    const scope = this.#gpu.currentScope;
    this.#gpu.currentScope = null;
    const sums = Tensor.zeros(this.#gpu, [this.gaussians.count, 2]);
    this.#gpu.currentScope = scope;
    return sums;
  }
}

interface Plan {
  readonly lists: readonly Tensor[];
  readonly stay: number;
  readonly double: number;
  readonly split: number;
  readonly counts: readonly number[];
}

async function countRows(gpu: Gpu, marks: DensityMarks): Promise<Plan> {
  const lists = [marks.stays, marks.doubles, marks.splits].map((flags) => compact(flags));
  const words = Tensor.empty(gpu, [7], "u32");
  let at = words.byteOffset;
  for (const source of [...lists.map(({ count }) => count), marks.counts]) {
    gpu.commands.copyBuffer(source.buffer, source.byteOffset, words.buffer, at, source.bytes);
    at += source.bytes;
  }
  const [stay, double, split, ...counts] = await words.read("u32");
  return {
    lists: lists.map(({ kept }) => kept),
    stay: stay!,
    double: double!,
    split: split!,
    counts,
  };
}

/** Rows to take: those that stay, copies, first children, second children; the new ones' moments are 0. */
function rowsOf(gpu: Gpu, { lists, stay, double, split }: Plan, count: number) {
  const rows = Tensor.empty(gpu, [count], "u32");
  const moments = Tensor.from(gpu, new Uint32Array(count).fill(0xffffffff));
  let at = 0;
  const put = (list: Tensor, length: number, target: Tensor, offset: number) => {
    if (!length) return;
    const from = list.byteOffset;
    const to = target.byteOffset + 4 * offset;
    gpu.commands.copyBuffer(list.buffer, from, target.buffer, to, 4 * length);
  };
  const [stays, doubles, splits] = lists as [Tensor, Tensor, Tensor];
  put(stays, stay, moments, 0);
  for (
    const [list, length] of [[stays, stay], [doubles, double], [splits, split], [
      splits,
      split,
    ]] as const
  ) {
    put(list, length, rows, at);
    at += length;
  }
  return { rows, moments };
}
