import { Kernel } from "../gpu/kernel.ts";
import { record } from "../gpu/tape.ts";
import { Tensor } from "../gpu/tensor.ts";
import source from "./accumulate_scaled.wgsl" with { type: "text" };

const kernel = new Kernel("loss/accumulate_scaled.wgsl", source);

/** A loss of one number and how much it counts. */
export type Term = readonly [loss: Tensor, weight: number];

/** Weighted sum of losses, each a tensor of one number; the result has no axes. */
export function weightedTotal(terms: readonly Term[]): Tensor {
  const odd = terms.find(([loss]) => loss.size !== 1);
  if (odd || !terms.length) {
    throw new RangeError(
      `Cannot run weightedTotal: ${
        odd ? `a loss is [${odd[0].shape}]` : "there is no loss"
      }, each must be one number`,
    );
  }
  const { gpu } = terms[0]![0];
  const total = Tensor.zeros(gpu, []);
  for (const [term, weight] of terms) {
    kernel.dispatch(gpu, { term, total }, { weight }, { groups: 1 });
  }
  return record(
    "weightedTotal",
    terms.map(([loss]) => loss),
    total,
    (dy, needs) =>
      terms.map(([, weight], i) => {
        if (!needs[i]) return null;
        const dterm = Tensor.zeros(gpu, []);
        kernel.dispatch(gpu, { term: dy, total: dterm }, { weight }, { groups: 1 });
        return dterm;
      }),
  );
}
