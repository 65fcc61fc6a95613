import { projectPoints } from "../../../../../gpu/ops/camera/rays/project_points.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertEquals } from "@std/assert";
import { projectPoints as reference } from "../../../../reference/camera/project_points.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

// Two cameras 1.5 m from the middle, looking along +z and +x, with focal lengths of some 40 pixels.
const PROJECTION: F64 = {
  shape: [2, 4, 4],
  data: Float64Array.of(
    ...[40, 0.5, 32, 60, 0.25, 41, 24, 45, 0, 0, 1, 1.5, 0, 0, 0, 1],
    ...[28, 40, 0.5, 45, 20, 0.5, 38, 30, 1, 0, 0.125, 1.5, 0, 0, 0, 1],
  ),
};
const SIZE: F64 = { shape: [2, 2], data: Float64Array.of(64, 48, 56, 40) };

for (const shape of [[1], [67], [13, 5]]) {
  gpuTest(`projectPoints [${shape}, 3]`, async (gpu) => {
    const points = noiseArray(1, [...shape, 3], -1, 1);
    await checkOp(gpu, {
      inputs: [points],
      op: (x) => projectPoints(x, upload(PROJECTION), upload(SIZE)).location,
      reference: (x) => reference(x, PROJECTION, SIZE)[0],
    });
    function upload({ data, shape }: F64) {
      return Tensor.from(gpu, Float32Array.from(data), shape);
    }
  });
}

gpuTest("projectPoints sees what is in front of a camera and inside its picture", async (gpu) => {
  const points = noiseArray(2, [300, 3], -4, 4);
  const [, expected] = reference(points, PROJECTION, SIZE);
  const { visible } = projectPoints(
    Tensor.from(gpu, Float32Array.from(points.data), points.shape),
    Tensor.from(gpu, Float32Array.from(PROJECTION.data), PROJECTION.shape),
    Tensor.from(gpu, Float32Array.from(SIZE.data), SIZE.shape),
  );
  assertEquals([...await visible.read()], [...expected.data]);
});
