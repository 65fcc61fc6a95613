import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { inRows } from "../../../../gpu/binding/rows.ts";
import source from "./gradient_statistics.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/default/gradient_statistics.wgsl", source);

/**
 * Adds one picture to `sums` [n, 2], the length of the gradient by the place on the screen and how
 * often a Gaussian was in the picture, where its radius is above 0; `broken` u32 [1] holds it back.
 * Where the loss is the mean over several `views`, each gradient counts as often, as if it were its own.
 */
export function addGradientStatistics(
  sums: Tensor,
  { screen, radii, broken, views = 1 }: {
    readonly screen: Tensor;
    readonly radii: Tensor;
    readonly broken: Tensor;
    readonly views?: number;
  },
): void {
  const { n } = checkShapes("addGradientStatistics", {
    sums: [sums, "n", 2],
    screen: [screen, "n", 2],
    radii: [radii, "n"],
    broken: [broken, 1],
  });
  const { gpu } = sums;
  inRows(n, { sums, screen, radii }, (pieces, count) => {
    kernel.dispatch(gpu, { ...pieces, broken }, { count, views }, { threads: count });
  });
}
