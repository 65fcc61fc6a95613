import { withExponents } from "../../../../model/occupancy/anchor/exponents.ts";
import type { Refined } from "../../../../model/occupancy/anchor/refine.ts";
import { safeSigmoid } from "../../../reference/gaussian/gaussian_geometry.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

const RANGES = { u: [0.1, 2], v: [0.5, 1.5] } as const;

function columns(
  { shape, data }: F64,
  from: number,
  to: number,
  map: (x: number, i: number) => number,
) {
  const [rows, width] = shape as [number, number];
  const values = Array.from(
    { length: rows },
    (_, row) => Array.from({ length: to - from }, (_, i) => map(data[row * width + from + i]!, i)),
  );
  return { shape: [rows, to - from], data: Float64Array.from(values.flat()) };
}

for (const [rows, width] of [[67, 19], [1, 3]] as const) {
  gpuTest(`exponents of ${rows} superquadrics`, (gpu) =>
    checkOp(gpu, {
      // Beyond the clamps at 9.21, too.
      inputs: [noiseArray(1, [rows, width], -12, 12)],
      op: (semantics) => {
        const { exponents, semantics: classes } = withExponents({ semantics } as Refined, RANGES);
        return [exponents!, classes];
      },
      reference: (raw) => [
        columns(raw, 0, 2, (x, i) => {
          const [low, high] = i ? RANGES.v : RANGES.u;
          return low + (high - low) * safeSigmoid(x);
        }),
        columns(raw, 2, width, (x) => x),
      ],
    }));
}
