import { assertEquals, assertThrows } from "@std/assert";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { ssim, ssimMap } from "../../../loss/photometric/ssim.ts";
import * as reference from "../../reference/loss/ssim.ts";
import { assertClose, bothWays, checkOp, type F64, noiseArray } from "../../support.ts";

const SHAPES = [[1, 1, 1, 1], [1, 2, 5, 7], [2, 1, 17, 33], [1, 3, 16, 11], [1, 1, 31, 1]];

/** A picture and one that is near it, as in training. */
function pictures(shape: number[]): [F64, F64] {
  const img1 = noiseArray(81, shape, 0, 1);
  const off = noiseArray(82, shape, -0.2, 0.2).data;
  return [img1, { shape, data: img1.data.map((x, i) => Math.fround(0.8 * x + off[i]! + 0.1)) }];
}

for (const shape of SHAPES) {
  bothWays(`ssimMap [${shape}]`, (gpu) =>
    checkOp(gpu, {
      inputs: pictures(shape),
      op: ssimMap,
      reference: reference.ssimMap,
      fixed: [1],
      samples: 12,
      tolerance: { atol: 2e-6, rtol: 0 },
      gradientTolerance: { atol: 5e-6, rtol: 2e-5 },
    }));
  bothWays(`ssim [${shape}]`, (gpu) =>
    checkOp(gpu, {
      inputs: pictures(shape),
      op: ssim,
      reference: reference.ssim,
      fixed: [1],
      samples: 12,
      tolerance: { atol: 1e-6, rtol: 0 },
      gradientTolerance: { atol: 1e-7, rtol: 2e-5 },
    }));
}

for (const shape of [[1, 1, 11, 11], [2, 3, 12, 29]]) {
  bothWays(`ssim [${shape}] of whole windows`, (gpu) =>
    checkOp(gpu, {
      inputs: pictures(shape),
      op: (img1, img2) => ssim(img1, img2, { padding: "valid" }),
      reference: (img1, img2) => reference.ssim(img1, img2, 5),
      fixed: [1],
      samples: 12,
      tolerance: { atol: 1e-6, rtol: 0 },
      gradientTolerance: { atol: 1e-7, rtol: 2e-5 },
    }));
}

bothWays("ssim of flat pictures keeps its digits", (gpu) => {
  const shape = [1, 1, 20, 37];
  const flat = (value: number) => ({
    shape,
    data: noiseArray(83, shape, value, value + 1e-3).data,
  });
  return checkOp(gpu, {
    inputs: [flat(0.9), flat(0.7)],
    op: ssimMap,
    reference: reference.ssimMap,
    fixed: [1],
    samples: 12,
    tolerance: { atol: 2e-6, rtol: 0 },
    gradientTolerance: { atol: 1e-5, rtol: 1e-5 },
  });
});

bothWays("ssim of a picture with itself is 1", async (gpu) => {
  const [{ data, shape }] = pictures([1, 3, 19, 21]);
  const img1 = variable(Tensor.from(gpu, Float32Array.from(data), shape));
  const mean = ssim(img1, Tensor.from(gpu, Float32Array.from(data), shape)).retain();
  backward(mean);
  assertClose(await mean.read("f32"), [1], { atol: 1e-6, rtol: 0 });
  assertClose(await img1.gradient!.read("f32"), new Float32Array(data.length), {
    atol: 1e-7,
    rtol: 0,
  });
});

bothWays("ssim without a gradient wanted", async (gpu) => {
  const [a, b] = pictures([1, 1, 9, 9]);
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const mean = await ssim(upload(a), upload(b)).read("f32");
  assertClose(mean, reference.ssim(a, b).data, { atol: 1e-6, rtol: 0 });
  assertEquals(gpu.tape.nodes.length, 0);
});

bothWays("ssim of whole windows refuses a picture without any", (gpu) => {
  const img = Tensor.zeros(gpu, [1, 1, 10, 40]);
  assertThrows(
    () => ssim(img, img, { padding: "valid" }),
    RangeError,
    'Cannot run ssim: no window of 11 x 11 lies inside [10, 40], "valid" needs one',
  );
});
