import { assert, assertEquals, assertThrows } from "@std/assert";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { freshQueries } from "../../../../../model/occupancy/superocc/queries/fresh_queries.ts";
import { freshQueries as reference } from "../../../../reference/occupancy/superocc.ts";
import { type F64, gpuTest, noiseArray } from "../../../../support.ts";

const rounded = ({ shape, data }: F64): F64 => ({ shape, data: data.map(Math.fround) });

// Far ones in plenty, too few of them, none at all, and nothing propagated.
for (
  const [points, propagated, count, extent] of [
    [70, 30, 20, 5],
    [70, 30, 60, 2],
    [9, 40, 9, 0.5],
    [5, 0, 3, 1],
  ] as const
) {
  gpuTest(`freshQueries: ${count} of ${points} beside ${propagated}`, async (gpu) => {
    const at = rounded(noiseArray(1, [points, 3], -extent, extent));
    const others = rounded(noiseArray(2, [propagated, 3], -extent, extent));
    // Equal numbers too, which keep their order.
    const numbers = noiseArray(3, [points], 0, 1).data.map((x) => Math.floor(x * 16) / 16);
    const upload = ({ shape, data }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
    const options = { count, distance: 1 };
    const expected = reference(at, others, numbers, options);
    const { rows, far } = freshQueries(
      upload(at),
      upload(others),
      Tensor.from(gpu, Float32Array.from(numbers)),
      options,
    );
    assertEquals([...await rows.read()], expected.rows);
    assertEquals([...await far.read()], expected.far);
    const distant = expected.far.filter(Boolean).length;
    if (points === 70) assert(extent === 5 ? distant > count : distant < count && distant > 0);
  });
}

gpuTest("freshQueries cannot choose more than there are", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () => freshQueries(zeros(2, 3), zeros(1, 3), zeros(2), { count: 3, distance: 1 }),
    RangeError,
    "Cannot run freshQueries: 3 of 2 points, there must be as many",
  );
});
