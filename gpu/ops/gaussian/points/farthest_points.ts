import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./farthest_points.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/points/farthest_points.wgsl", source);

// Ranks of equally far points leave this many bits to a point's turn.
const MOST_POINTS = 2 ** 22;

/**
 * Farthest point sampling (Eldar et al. 1997): u32 [samples], point 0 first, then again and again the
 * point farthest from all chosen ones; points [n, 3], of which `count` (u32 [1]) may say that only the
 * first are there. One dispatch runs the whole loop, since every choice waits for the one before.
 */
export function farthestPoints(
  points: Tensor,
  { samples, count }: { readonly samples: number; readonly count?: Tensor | undefined },
): Tensor {
  const { n } = checkShapes("farthestPoints", { points: [points, "n", 3], count: [count, 1] });
  if (n === 0 && samples > 0 || n > MOST_POINTS) {
    throw new RangeError(
      `Cannot run farthestPoints: ${n} points, 1 to ${MOST_POINTS} are possible`,
    );
  }
  const { gpu } = points;
  const chosen = Tensor.empty(gpu, [samples], "u32");
  if (samples === 0) return chosen;
  using _scratch = gpu.scope();
  const places = Tensor.empty(gpu, [n, 4]);
  const given = count ?? Tensor.from(gpu, Uint32Array.of(n));
  kernel.dispatch(
    gpu,
    { points, count: given, places, chosen },
    { samples },
    { groups: 1 },
    { SIZE: gpu.tuning.farthestThreads },
  );
  return chosen;
}
