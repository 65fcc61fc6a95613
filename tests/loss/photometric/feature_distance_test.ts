import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { featureDistance } from "../../../loss/photometric/feature_distance.ts";
import * as reference from "../../reference/loss/feature_distance.ts";
import { assertClose, type F64, gpuTest, noiseArray, withGpu } from "../../support.ts";

const upload = (gpu: Gpu, { data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);

function features(shape: number[]): [F64, F64, F64] {
  return [
    noiseArray(1, shape, 0, 3),
    noiseArray(2, shape, 0, 3),
    noiseArray(3, [shape[1]!], 0, 1),
  ];
}

for (const shape of [[1, 1, 1, 1], [1, 5, 3, 7], [1, 64, 9, 11], [1, 3, 40, 33]]) {
  gpuTest(`featureDistance [${shape}]`, async (gpu) => {
    const inputs = features(shape);
    inputs[0].data.fill(0, 0, shape[3]!); // pixels without features: zero, not NaN
    const [a, b, weight] = inputs.map((array) => upload(gpu, array));
    const result = await featureDistance(a!, b!, weight!).read("f32");
    assertClose(result, [reference.featureDistance(...inputs)], { atol: 1e-6, rtol: 1e-5 });
    assertEquals([...await featureDistance(a!, a!, weight!).read("f32")], [0]);
  });
}

gpuTest("featureDistance: more channels than one binding holds", async (gpu) => {
  const inputs = features([1, 32, 13, 17]);
  const distance = (gpu: Gpu) => {
    const [a, b, weight] = inputs.map((array) => upload(gpu, array));
    return featureDistance(a!, b!, weight!).read("f32");
  };
  const whole = await distance(gpu);
  // Eleven planes of 884 bytes.
  await withGpu(async (gpu) => assertEquals(await distance(gpu), whole), {
    tuning: { mostBound: 10_000 },
  });
});

gpuTest("featureDistance: shapes must fit", (gpu) => {
  const [a, b] = features([1, 4, 2, 2]).map((array) => upload(gpu, array));
  assertThrows(
    () => featureDistance(a!, b!, Tensor.from(gpu, [1, 2, 3])),
    RangeError,
    'Cannot run featureDistance: "weight" must be [channels=4], got [3]',
  );
});
