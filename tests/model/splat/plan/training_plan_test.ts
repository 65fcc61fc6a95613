import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { splatConfig } from "../../../../model/splat/config.ts";
import { hostPlan } from "../../../../model/splat/plan/host_plan.ts";
import {
  checkMemory,
  describeCount,
  describePlan,
  type MemoryRoom,
  type TrainingSizes,
} from "../../../../model/splat/plan/training_plan.ts";
import { viewCamera } from "../../../../data/scenes/scene_view.ts";
import { gpuTest } from "../../../support.ts";

const SIZES: TrainingSizes = {
  config: splatConfig({ sh_degree: 3 }),
  shots: ["r_1.png", "r_2.png"].map((name) => ({
    name,
    camera: viewCamera({
      fov: [1, 0.8],
      rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      translation: [0, 0, 0],
    }, [
      800,
      600,
    ]),
    test: false,
    pixels: () => {
      throw new Error("a plan reads no picture");
    },
  })),
  start: 1_000_000,
  pairs: 3_000_000,
  pictures: 2 ** 26,
  decoded: 2 ** 27,
};
const limitedTo = (max_gaussians: number) => ({ config: { ...SIZES.config, max_gaussians } });
const BOUND = { tuning: { mostBound: 2 ** 27 } };

Deno.test("memory beside the GPU: what it starts from, what a checkpoint reads, pictures", () => {
  const host = hostPlan({ start: 1e6, gaussians: 2e6, degree: 3, pictures: 5 });
  assertEquals(host, { start: 236e6, saving: 2 * 708e6, pictures: 5, total: 1652e6 + 5 });
});

gpuTest("the plan in words says sums and limits", async (gpu) => {
  const text = await describePlan(gpu, SIZES);
  assertMatch(
    text,
    /1\.1\d GiB for 1000000 Gaussians of degree 3 with some 3000000 pairs of Gaussian and tile/,
  );
  assertMatch(text, /69\d\.\d MiB of it for parameters, moments and the strategy's sums/);
  assertMatch(text, /beside it 1028\.3 MiB|beside it 1\.00 GiB/);
  assertMatch(text, /holds 8388608 Gaussians and lists 33554432 pairs at most/);
  assert(!text.includes("limit set"));
  assertMatch(
    await describePlan(gpu, { ...SIZES, ...limitedTo(2_000_000) }),
    /2\.\d+ GiB for 2000000, the limit/,
  );
  const counted = { view: "r_3.png", pairs: 4_000_000, views: 32 };
  assertMatch(
    await describeCount(gpu, { ...SIZES, pairs: counted.pairs }, counted),
    /^the fullest of 32 views, "r_3.png", has 4000000 pairs .* 1\.\d+ GiB .* 1000000 Gaussians$/,
  );
}, BOUND);

const GIB = 2 ** 30;
const room = (gpu: number, host: number, shared = false): MemoryRoom => ({
  gpu: { bytes: gpu * GIB, source: "the GPU has" },
  host: { bytes: host * GIB, source: "the host has" },
  shared,
});

/** Sizes, room, and what is refused: nothing where null. */
const CHECKS: readonly (readonly [string, Partial<TrainingSizes>, MemoryRoom, RegExp | null])[] = [
  ["as much as there is", {}, room(1.4, 1.2), null],
  [
    "too little on the GPU",
    {},
    room(1.1, 9),
    /need 1\.1\d GiB of GPU memory .*the GPU has 1\.10 GiB/,
  ],
  ["too little beside it", {}, room(9, 0.9), /need 1\.0\d GiB beside it .*the host has 921\.6 MiB/],
  [
    "both in one",
    {},
    room(2.1, 9, true),
    /GPU memory .* and 1\.0\d GiB beside it .* the GPU has 2\.10/,
  ],
  ["both in one, enough", {}, room(2.5, 0, true), null],
  ["not known", {}, { gpu: null, host: null, shared: false }, null],
  ["the limit set", limitedTo(3_000_000), room(3, 9), /^Cannot train 3000000 Gaussians/],
  ["the limit below the start", limitedTo(10), room(1.4, 9), null],
  ["pairs", { pairs: 30_000_000 }, room(1.4, 9), /469\.\d MiB of it for pairs/],
  ["pictures", { pictures: GIB }, room(1.4, 9), /1\.02 GiB for pictures/],
];

for (const [what, sizes, given, expected] of CHECKS) {
  gpuTest(`memory: ${what}`, async (gpu) => {
    const check = () => checkMemory(gpu, { ...SIZES, ...sizes }, given);
    if (!expected) return await check();
    const error = await assertRejects(check, RangeError) as RangeError & { hint?: string };
    assertMatch(error.message, expected);
    assertMatch(error.hint!, /-r 2.*--memory-limit/);
  }, BOUND);
}
