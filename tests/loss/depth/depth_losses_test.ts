import { assertEquals } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { binocularL1, disparityL1, pearsonLoss } from "../../../loss/depth/depth_losses.ts";
import { maskedL1 } from "../../../loss/photometric/masked_l1.ts";
import * as reference from "../../reference/loss/depth.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../support.ts";

function depths(seed: number, shape: number[]): F64 {
  return noiseArray(seed, shape, 0.2, 4);
}

function mask(seed: number, shape: number[]): F64 {
  const { data } = noiseArray(seed, shape, 0, 1);
  return { shape, data: data.map((value, i) => Number(value > 0.4 || i < 3)) };
}

for (const shape of [[1, 7], [13, 11], [40, 67]]) {
  const [depth, target] = [depths(1, shape), depths(2, shape)];
  // Some pixels have no depth.
  for (let i = 0; i < depth.data.length; i += 5) target.data[i] = 0;
  const counts = mask(3, shape);
  gpuTest(`disparityL1 over [${shape}]`, async (gpu) => {
    await checkOp(gpu, {
      inputs: [depth, target],
      fixed: [1],
      op: disparityL1,
      reference: reference.disparityL1,
      gradientTolerance: { atol: 1e-5, rtol: 1e-3 },
    });
  });
  gpuTest(`binocularL1 over [${shape}]`, async (gpu) => {
    await checkOp(gpu, {
      inputs: [depth, target, counts],
      fixed: [1, 2],
      op: binocularL1,
      reference: reference.binocularL1,
      gradientTolerance: { atol: 1e-5, rtol: 1e-3 },
    });
  });
  gpuTest(`pearsonLoss over [${shape}]`, async (gpu) => {
    const all = { shape, data: new Float64Array(counts.data.length).fill(1) };
    for (const which of [counts, all]) {
      await checkOp(gpu, {
        inputs: [depth, depths(4, shape), which],
        fixed: [1, 2],
        op: (x, y, m) => pearsonLoss(x, y, which === all ? null : m),
        reference: reference.pearsonLoss,
        gradientTolerance: { atol: 1e-5, rtol: 1e-3 },
      });
    }
  });
  gpuTest(`maskedL1 over [3,${shape}]`, async (gpu) => {
    await checkOp(gpu, {
      inputs: [noiseArray(5, [3, ...shape]), noiseArray(6, [3, ...shape]), counts],
      fixed: [1, 2],
      op: maskedL1,
      reference: reference.maskedL1,
      gradientTolerance: { atol: 1e-6, rtol: 1e-3 },
    });
  });
}

gpuTest("losses of depths stay finite where nothing is drawn, counted or differs", async (gpu) => {
  const zeros = () => Tensor.zeros(gpu, [4, 5]);
  const some = Tensor.from(gpu, Float32Array.from({ length: 20 }, (_, i) => i), [4, 5]);
  const ones = Tensor.from(gpu, new Float32Array(20).fill(1), [4, 5]);
  const cases: [string, (x: Tensor) => Tensor, number][] = [
    ["pearson of nothing", (x) => pearsonLoss(x, some), 1],
    ["pearson with one value", (x) => pearsonLoss(x, ones, ones), 1],
    ["pearson of none counted", (x) => pearsonLoss(x, some, zeros()), 1],
    ["binocular without pairs", (x) => binocularL1(x, some, ones), 0],
    ["masked L1 of none counted", (x) => maskedL1(x, some, zeros()), 0],
  ];
  for (const [name, compute, expected] of cases) {
    const x = variable(zeros());
    const loss = compute(x).retain();
    backward(loss);
    assertEquals([...await loss.read("f32")], [expected], name);
    assertEquals([...await x.gradient!.read("f32")].every(Number.isFinite), true, name);
  }
});
