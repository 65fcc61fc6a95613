import { inRows } from "../binding/rows.ts";
import { Kernel } from "../kernel.ts";
import type { Parameter } from "../parameter.ts";
import type { Tensor } from "../tensor.ts";
import source from "./sparse_adam.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/optim/sparse_adam.wgsl", source);

/**
 * A step of Adam without correction of its bias, on the rows whose radius i32 [n] is above 0; the others
 * keep value and moments. `broken` u32 [1] holds all of it back unless it is 0.
 */
export function sparseAdam(
  parameter: Parameter,
  { rate, radii, broken, betas = [0.9, 0.999], eps = 1e-15 }: {
    readonly rate: number;
    readonly radii: Tensor;
    readonly broken: Tensor;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
  },
): void {
  const { gpu, value, gradient } = parameter;
  if (!gradient) return;
  if (radii.size !== value.rows) {
    throw new RangeError(
      `Cannot run sparseAdam: ${radii.size} radii for ${value.rows} rows, one each is needed`,
    );
  }
  const [first, second] = parameter.ensureMoments();
  const width = value.size / value.rows;
  const [beta1, beta2] = betas;
  inRows(value.rows, { value, gradient, first, second, radii }, (pieces, rows) => {
    const count = rows * width;
    kernel.dispatch(gpu, { ...pieces, broken }, {
      count,
      width,
      rate,
      eps,
      beta1,
      beta2,
      one_minus_beta1: 1 - beta1,
      one_minus_beta2: 1 - beta2,
    }, { threads: count });
  });
}
