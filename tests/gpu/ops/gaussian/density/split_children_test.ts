import { assertEquals, assertThrows } from "@std/assert";
import { splitChildren } from "../../../../../gpu/ops/gaussian/density/split_children.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { childOf } from "../../../../reference/density.ts";
import { assertClose, gpuTest, noiseArray } from "../../../../support.ts";

for (const [count, children] of [[1, 1], [5, 2], [130, 70]] as const) {
  gpuTest(`splitChildren: the last ${children} of ${count}`, async (gpu) => {
    const arrays = {
      means: noiseArray(1, [count, 3], -4, 4),
      scaling: noiseArray(2, [count, 3], -4, 1),
      rotations: noiseArray(3, [count, 4], -3, 3),
    };
    const draws = noiseArray(4, [children, 3], -2, 2);
    const upload = ({ data, shape }: { data: Float64Array; shape: number[] }) =>
      Tensor.from(gpu, Float32Array.from(data), shape);
    const tensors = {
      means: upload(arrays.means),
      scaling: upload(arrays.scaling),
      rotations: upload(arrays.rotations),
    };
    splitChildren(tensors, upload(draws));
    const row = (data: Float64Array, width: number, i: number) =>
      Array.from(data.subarray(width * i, width * i + width));
    const [means, scaling] = [arrays.means.data.slice(), arrays.scaling.data.slice()];
    for (let child = 0; child < children; child++) {
      const i = count - children + child;
      const made = childOf({
        mean: row(arrays.means.data, 3, i),
        scaling: row(arrays.scaling.data, 3, i),
        rotation: row(arrays.rotations.data, 4, i),
      }, row(draws.data, 3, child));
      means.set(made.mean, 3 * i);
      scaling.set(made.scaling, 3 * i);
    }
    assertClose(await tensors.means.read("f32"), means, { atol: 2e-6, rtol: 2e-6 }, "means");
    assertClose(await tensors.scaling.read("f32"), scaling, { atol: 1e-6, rtol: 1e-6 }, "scaling");
    assertEquals(
      await tensors.rotations.read("f32"),
      Float32Array.from(arrays.rotations.data),
    );
  });
}

gpuTest("splitChildren wants no more noise than Gaussians", (gpu) => {
  const tensors = {
    means: Tensor.zeros(gpu, [1, 3]),
    scaling: Tensor.zeros(gpu, [1, 3]),
    rotations: Tensor.zeros(gpu, [1, 4]),
  };
  assertThrows(() => splitChildren(tensors, Tensor.zeros(gpu, [2, 3])), RangeError, "2 rows");
});
