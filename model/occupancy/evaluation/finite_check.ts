import { sum } from "../../../gpu/ops/array/reduce/sum.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { TrainedWeights } from "../weights/trained_weights.ts";

/**
 * Throws where a weight is no number: ReLUs and clamps would turn it into one, and the prediction would
 * look as if nothing were wrong.
 */
export function checkWeights({ file, weights }: TrainedWeights): void {
  for (const [key, { data }] of Object.entries(weights)) {
    if (!(data instanceof Float32Array)) continue;
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new RangeError(
        `Cannot use "${file}": value ${at} of "${key}" is ${data[at]}, finite numbers are needed`,
      );
    }
  }
}

/** Sees to it that predictions are numbers; one key frame late, so that nobody waits for the GPU. */
export class FiniteCheck {
  #last: { readonly token: string; readonly total: Promise<ArrayBuffer> } | null = null;

  /** Takes a key frame's scores; throws where those of the one before are not finite. */
  async add(token: string, scores: Tensor): Promise<void> {
    const { gpu } = scores;
    const sums = gpu.tidy(() => sum(scores));
    const total = gpu.readback.later(sums);
    // Whoever stops early is not told of it.
    total.catch(() => {});
    sums.release();
    const before = this.#last;
    this.#last = { token, total };
    if (before) await check(before);
  }

  /** Throws where the scores of the last key frame are not finite. */
  async finish(): Promise<void> {
    const last = this.#last;
    this.#last = null;
    if (last) await check(last);
  }
}

async function check({ token, total }: { token: string; total: Promise<ArrayBuffer> }) {
  const [value] = new Float32Array(await total);
  if (Number.isFinite(value)) return;
  throw new RangeError(
    `Cannot predict key frame "${token}": the scores of its voxels are not finite, the weights cannot be right`,
  );
}
