import { assertThrows } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { dice } from "../../../loss/overlap/dice.ts";
import { geoScal, semScal } from "../../../loss/overlap/scal.ts";
import * as reference from "../../reference/loss/class_overlap.ts";
import { checkOp, gpuTest, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

const gradientTolerance = { atol: 1e-7, rtol: 1e-4 };

for (const example of LABEL_CASES) {
  const probs = () => noiseArray(21, [example.classes, example.voxels], 0.05, 0.9);
  gpuTest(`semScal: ${example.name}`, async (gpu) => {
    const { labels, options: { classWeights: _, ...options } } = upload(gpu, example);
    const skip = [example.classes - 1];
    await checkOp(gpu, {
      inputs: [probs()],
      op: (x) => semScal(x, labels, { ...options, skip }),
      reference: (x) => reference.semScal(x, example, skip),
      gradientTolerance,
    });
  });
  gpuTest(`geoScal: ${example.name}`, async (gpu) => {
    const { labels, options: { classWeights: _, ...options } } = upload(gpu, example);
    const empty = Math.min(2, example.classes - 1);
    await checkOp(gpu, {
      inputs: [probs()],
      op: (x) => geoScal(x, labels, { ...options, empty }),
      reference: (x) => reference.geoScal(x, example, empty),
      gradientTolerance,
    });
  });
  gpuTest(`dice: ${example.name}`, async (gpu) => {
    const { labels, options } = upload(gpu, example);
    await checkOp(gpu, {
      inputs: [probs()],
      op: (x) => dice(x, labels, options),
      reference: (x) => reference.dice(x, example),
      gradientTolerance,
    });
  });
}

gpuTest("semScal of more voxels than threads", async (gpu) => {
  const voxels = 9001;
  const example = { labels: Array.from({ length: voxels }, (_, n) => n % 3) };
  await checkOp(gpu, {
    inputs: [noiseArray(23, [3, voxels], 0.05, 0.9)],
    op: (x) => semScal(x, Tensor.from(gpu, Uint32Array.from(example.labels)), { skip: [2] }),
    reference: (x) => reference.semScal(x, example, [2]),
    samples: 3,
    tolerance: { atol: 0, rtol: 1e-6 },
    gradientTolerance: { atol: 1e-9, rtol: 1e-4 },
  });
});

// Class counts, the empty class among them, and what else takes no part.
for (
  const [classes, skip] of [[13, [12]], [19, [0]], [19, [0, 18]], [7, [3]], [2, [0]], [40, [
    39,
  ]]] as const
) {
  gpuTest(`semScal of ${classes} classes without ${skip.join(" and ")}`, async (gpu) => {
    const example = { labels: Array.from({ length: 3 * classes }, (_, n) => n % classes) };
    const labels = Tensor.from(gpu, Uint32Array.from(example.labels));
    await checkOp(gpu, {
      inputs: [noiseArray(22, [classes, 3 * classes], 0.01, 0.3)],
      op: (x) => semScal(x, labels, { skip }),
      reference: (x) => reference.semScal(x, example, skip),
      gradientTolerance,
    });
  });
}

gpuTest("geoScal refuses an empty class that is not there", (gpu) => {
  assertThrows(
    () => geoScal(Tensor.zeros(gpu, [4, 5]), Tensor.zeros(gpu, [5], "u32"), { empty: 17 }),
    RangeError,
    "Cannot run geoScal: the empty class is 17, it must be one of 4",
  );
});
