import { assertThrows } from "@std/assert";
import { splitChildren } from "../../../../../model/splat/strategies/default/split_children.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { splitChildren as reference } from "../../../../reference/gaussian/split_children.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

for (const [n, children] of [[1, 1], [9, 4], [140, 70], [5, 0]] as const) {
  gpuTest(`the last ${children} of ${n} Gaussians become children`, async (gpu) => {
    const means = noise(1, 3 * n);
    const logScales = noise(2, 3 * n);
    const rotations = noise(3, 4 * n);
    const draws = noise(4, 3 * children, -2, 2);
    const upload = (data: Float64Array, columns: number) =>
      Tensor.from(gpu, Float32Array.from(data), [data.length / columns, columns]);
    const tensors = {
      means: upload(means, 3),
      logScales: upload(logScales, 3),
      rotations: upload(rotations, 4),
    };
    splitChildren(tensors, upload(draws, 3));
    const expected = reference(means, logScales, rotations, draws);
    assertClose(await tensors.means.read("f32"), expected.means, { atol: 2e-6, rtol: 2e-6 });
    assertClose(await tensors.logScales.read("f32"), expected.logScales, {
      atol: 1e-6,
      rtol: 1e-6,
    });
  });
}

gpuTest("more children than Gaussians are refused", (gpu) => {
  const of = (columns: number, rows = 2) => Tensor.zeros(gpu, [rows, columns]);
  assertThrows(
    () => splitChildren({ means: of(3), logScales: of(3), rotations: of(4) }, of(3, 3)),
    RangeError,
    "3 rows of noise for 2 Gaussians",
  );
});
