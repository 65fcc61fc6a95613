import { assert, assertEquals } from "@std/assert";
import { Parameter } from "../../../../gpu/parameter.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { Optimizer } from "../../../../model/occupancy/training/optimizer.ts";
import { gpuTest } from "../../../support.ts";

// Rates of the original's scheduler after t iterations, of 8 devices over 20 epochs, base rate 2e-4.
const HEAD: readonly [number, number][] = [
  [0, 1e-6],
  [1, 1.398e-6],
  [250, 1.005e-4],
  [499, 1.99602e-4],
  [500, 1.9997755e-4],
  [35_160, 1.1e-4],
  [70_320, 2e-5],
];

for (const preset of ["nuscenes_gs144000", "nuscenes_gs25600_solid"] as const) {
  gpuTest(`${preset} is trained at the original's rates, one iteration late`, (gpu) => {
    const { optim } = presets[preset];
    assertEquals(
      [optim.weightDecay, optim.clipNorm, optim.warmupSteps, optim.minLrRatio, optim.backboneLr],
      [0.01, 35, 500, 0.1, 0.1],
    );
    const head = new Optimizer([["head.weight", new Parameter(gpu, [1])]], optim);
    for (const [iteration, rate] of HEAD) assertNear(head.rate(iteration + 2), rate);
    assertNear(head.rate(1), 1e-6);
    assertNear(head.rate(80_000), 2e-5);
    // Wherever the word stands, as in the initializer's keys.
    for (const prefix of ["img_backbone", "lifter.initialize_backbone.img_backbone"]) {
      const key = `${prefix}.layer2.0.conv1.weight`;
      const backbone = new Optimizer([[key, new Parameter(gpu, [1])]], optim);
      assertNear(backbone.rate(252), 1.05e-5);
      for (const step of [502, 40_000, 70_320, 90_000]) assertNear(backbone.rate(step), 2e-5);
    }
  });
}

gpuTest("GaussianFormer-2 is trained at twice these rates", (gpu) => {
  for (const name of ["6400", "12800", "25600"] as const) {
    const { optim } = presets[`prob/nuscenes_gs${name}`];
    const head = new Optimizer([["head.weight", new Parameter(gpu, [1])]], optim);
    assertNear(head.rate(252), 2.005e-4);
    assertNear(head.rate(502), 3.9995509e-4);
    assertNear(head.rate(35_162), 2.2e-4);
  }
});

gpuTest("with accumulation the schedule moves on with each key frame", (gpu) => {
  const { optim } = presets.nuscenes_gs25600_solid;
  const trained = [["head.weight", new Parameter(gpu, [1])]] as const;
  const one = new Optimizer(trained, { ...optim, steps: 8 * optim.steps });
  const eight = new Optimizer(trained, optim, 8);
  for (const step of [1, 3, 63, 5000, 70_320]) assertNear(eight.rate(step), one.rate(8 * step));
});

gpuTest("at milestones the rate is multiplied, after a warm-up from its start", (gpu) => {
  const { optim } = presets.nuscenes_gs25600_solid;
  const trained = [["head.weight", new Parameter(gpu, [1])], [
    "img_backbone.w",
    new Parameter(gpu, [1]),
  ]] as const;
  const steps = new Optimizer(trained, {
    ...optim,
    schedule: "multistep",
    milestones: [100, 300],
    decayRate: 0.5,
    warmupSteps: 10,
    warmupStart: 1e-5,
  });
  const rates: [number, number][] = [[0, 1e-5], [5, 1.05e-4], [10, 2e-4], [99, 2e-4], [100, 1e-4], [
    300,
    5e-5,
  ]];
  for (const [batch, rate] of rates) assertNear(steps.rate(batch + 2), rate);
});

function assertNear(actual: number, expected: number) {
  assert(Math.abs(actual / expected - 1) < 1e-6, `the rate is ${actual}, expected ${expected}`);
}
