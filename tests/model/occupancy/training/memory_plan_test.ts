import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { Gpu } from "../../../../gpu/device.ts";
import type { Limits } from "../../../../gpu/adapter.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { checkMemory } from "../../../../model/occupancy/training/memory_limit.ts";
import { type MemoryPlan, planMemory } from "../../../../model/occupancy/training/memory_plan.ts";
import { run, TINY_SAMPLED, withDataset } from "../../../end_to_end/tiny_run.ts";
import { gpuTest } from "../../../support.ts";

const demo: GaussianFormerConfig = presets.demo;

// A plan rehearses the run itself, so it is exact but for what else the device serves.
const MARGIN = 0.01;

function assertNear(planned: number, measured: number, what: string) {
  assert(
    Math.abs(planned - measured) <= MARGIN * measured,
    `${what}: planned ${planned}, measured ${measured}`,
  );
}

for (
  const [name, config, evalEvery] of [
    ["the demo preset", demo, 0],
    ["a sampled lifter, with evaluation", TINY_SAMPLED, 2],
  ] as const
) {
  Deno.test({
    name: `the plan of ${name} is what a run uses at most`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () =>
      withDataset(async (dataDir, folder) => {
        const gpu = await Gpu.open(); // nothing else may lie in its pool
        try {
          const steps = { ...config, optim: { ...config.optim, steps: 2 } };
          const workDir = join(folder, "run");
          const events = await run(gpu, { dataDir, workDir, config: steps, evalEvery });
          const { plan } = events.find((event) => event.type === "planned")!;
          assertNear(plan.peak, gpu.memory.peak, "in use at most");
          assertNear(plan.reserved, gpu.memory.reserved, "held by the pool");
          assertEquals(plan.gradients, 4 * plan.trained);
          const started = events.find((event) => event.type === "started")!;
          assertEquals(plan.trained, started.parameters);
          assertEquals(sumOf(plan), plan.peak);
        } finally {
          gpu.destroy();
        }
      }),
  });
}

function sumOf({ weights, moments, kept, transient }: MemoryPlan): number {
  return kept.reduce((sum, { bytes }) => sum + bytes, weights + moments + transient);
}

/** What a GPU of the usual kind grants. */
const LIMITS: Limits = {
  maxStorageBufferBindingSize: 2 ** 31 - 4,
  maxBufferSize: 2 ** 32,
  maxStorageBuffersPerShaderStage: 16,
  maxComputeWorkgroupStorageSize: 32768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65535,
  maxUniformBufferBindingSize: 65536,
  minStorageBufferOffsetAlignment: 256,
  minUniformBufferOffsetAlignment: 256,
};
const LIKE = {
  name: { description: "a GPU", vendor: "none", software: false },
  limits: LIMITS,
  has: { subgroups: false, f32Atomics: false, f16: false, timestamps: false },
};

Deno.test("full-size presets are planned in seconds, without an adapter", async () => {
  for (const [preset, [trained, mostGiB]] of Object.entries(PLANS)) {
    const started = performance.now();
    const plan = await planMemory(LIKE, presets[preset as keyof typeof presets]);
    assert(performance.now() - started < 10_000);
    assertEquals(plan.trained, trained, preset);
    assert(plan.reserved <= mostGiB * 2 ** 30, `${preset}: ${plan.reserved} bytes in the pool`);
    assert(plan.moments >= 8 * trained && plan.peak > 2 ** 31, `${preset}: ${plan.peak}`);
    // Running blocks of backbone and encoder twice saves gigabytes.
    assert(plan.recompute && plan.otherwise! > plan.reserved + 2 ** 30, preset);
    assertEquals(plan.loader.ahead * plan.loader.sample, plan.loader.budget);
  }
});

/** Trained parameters of the original, and GiB that must be enough. */
const PLANS: Readonly<Record<string, readonly [number, number]>> = {
  nuscenes_gs144000: [56_731_766, 14],
  nuscenes_gs25600_solid: [53_483_255, 8],
  "prob/nuscenes_gs6400": [71_459_366, 9],
  "prob/nuscenes_gs12800": [71_571_366, 9],
  "prob/nuscenes_gs25600": [71_571_366, 10],
};

Deno.test("a tensor above what the adapter allows is told before the first step", async () => {
  const limits = { ...LIMITS, maxBufferSize: 2 ** 24 };
  const error = await assertRejects(
    () => planMemory({ ...LIKE, limits }, presets.nuscenes_gs25600_solid),
    RangeError,
    'on "a GPU": a tensor is too large for it',
  );
  assert((error.cause as Error).message.includes("this adapter allows 16.0 MiB in one buffer"));
});

gpuTest("a plan above the limit is refused with its sum and what needs less", async (gpu) => {
  const plan = await planMemory(gpu, demo);
  const limit = (bytes: number) => ({ memoryLimit: { bytes, source: "the test allows" } });
  await checkMemory(gpu, plan, demo, limit(plan.reserved));
  const error = await assertRejects(
    () => checkMemory(gpu, plan, demo, limit(plan.reserved - 1)),
    RangeError,
    "MiB weights + ",
  );
  assert(/: the test allows \d+\.\d MiB$/.test(error.message), error.message);
  const { hint } = error as RangeError & { hint: string };
  assert(/--set gaussians.count=300 needs \d+\.\d MiB/.test(hint), hint);
  // Nothing is written and nothing is read before.
  const workDir = join(await Deno.makeTempDir(), "none");
  await assertRejects(
    () => run(gpu, { dataDir: "none", workDir, config: demo, ...limit(1e6) }),
    RangeError,
    "Cannot train with",
  );
  await assertRejects(() => Deno.stat(workDir), Deno.errors.NotFound);
});
