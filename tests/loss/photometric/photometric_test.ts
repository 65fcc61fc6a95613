import { assertThrows } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { photometric } from "../../../loss/photometric/photometric.ts";
import { l1 } from "../../reference/loss/l1.ts";
import { ssim } from "../../reference/loss/ssim.ts";
import { assertClose, bothWays, checkOp, type F64, noiseArray } from "../../support.ts";

function reference(image: F64, target: F64, lambda: number): F64 {
  const [difference, similarity] = [l1(image, target), similarityOf(image, target)];
  return {
    shape: [],
    data: Float64Array.of(
      (1 - lambda) * difference.data[0]! + lambda * (1 - similarity.data[0]!),
    ),
  };
}

/** The reference wants four axes. */
function similarityOf(image: F64, target: F64): F64 {
  const four = ({ shape, data }: F64) => ({ shape: [1, 1, 1, ...shape].slice(-4), data });
  return ssim(four(image), four(target));
}

for (
  const [shape, lambda] of [[[1, 3, 17, 21], 0.2], [[2, 1, 5, 40], 1], [[2, 9, 9], 0]] as const
) {
  const inputs = [91, 92].map((seed) => noiseArray(seed, [...shape], 0, 1));
  bothWays(`photometric [${shape}], lambda ${lambda}`, async (gpu) => {
    await checkOp(gpu, {
      inputs,
      op: (image, target) => photometric(image, target, { lambda }).loss,
      reference: (image, target) => reference(image, target, lambda),
      fixed: [1],
      tolerance: { atol: 1e-6, rtol: 0 },
      gradientTolerance: { atol: 1e-7, rtol: 2e-5 },
    });
    const [image, target] = inputs.map(({ data }) =>
      Tensor.from(gpu, Float32Array.from(data), shape)
    );
    const parts = photometric(image!, target!, { lambda });
    const expected = [l1(inputs[0]!, inputs[1]!), similarityOf(inputs[0]!, inputs[1]!)];
    assertClose(await parts.l1.read("f32"), expected[0]!.data, { atol: 1e-6, rtol: 0 }, "l1");
    assertClose(await parts.ssim.read("f32"), expected[1]!.data, { atol: 1e-6, rtol: 0 }, "ssim");
  });
}

bothWays("photometric refuses pictures of different shapes, and empty ones", (gpu) => {
  const picture = (shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () => photometric(picture([1, 3, 4, 4]), picture([1, 3, 4, 5])),
    RangeError,
    'Cannot run photometric: "img2" must be',
  );
  assertThrows(
    () => photometric(picture([1, 3, 0, 4]), picture([1, 3, 0, 4])),
    RangeError,
    "Cannot run photometric: the picture has no pixels",
  );
});
