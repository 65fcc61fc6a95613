import { assert, assertMatch, assertThrows } from "@std/assert";
import { hostPlan, memoryPlan, pairBytes } from "../../../../model/splat/plan/memory_plan.ts";
import {
  checkMemory,
  describeCount,
  describePlan,
  type MemoryRoom,
  type TrainingSizes,
} from "../../../../model/splat/plan/training_plan.ts";
import { assertEquals } from "@std/assert";
import { gpuTest } from "../../../support.ts";

const SIZES: TrainingSizes = {
  degree: 3,
  start: 1_000_000,
  limit: 0,
  statistics: 8,
  pixels: 480_000,
  pairs: 3_000_000,
  pictures: 2 ** 26,
  decoded: 2 ** 27,
};
const BOUND = { tuning: { mostBound: 2 ** 27 } };

gpuTest("bytes of Gaussians, of pairs in one window and in several, and beside the GPU", (gpu) => {
  const sizes = { ...SIZES, gaussians: 1e6, pairs: 1000, pictures: 0, pixels: 0 };
  const plan = memoryPlan(gpu, sizes);
  assertEquals([plan.parameters, plan.moments, plan.gradients], [236e6, 472e6, 236e6]);
  assertEquals([plan.statistics, plan.view, plan.pairs], [8e6, 136e6, 56e3]);
  assertEquals(plan.total, 1088e6 + 56e3);
  assertEquals(memoryPlan(gpu, { ...sizes, statistics: 0 }).total, 1080e6 + 56e3);
  // A binding holds gradients of 2^23 pairs.
  assertEquals(pairBytes(gpu, 2 ** 23), 56 * 2 ** 23);
  assertEquals(pairBytes(gpu, 2 ** 24), (2 * 8 + 48) * 2 ** 23);
  assertEquals(pairBytes(gpu, 2 ** 25), 24 * 2 ** 25);
  const host = hostPlan({ start: 1e6, gaussians: 2e6, degree: 3, pictures: 5 });
  assertEquals(host, { start: 236e6, saving: 2 * 708e6, pictures: 5, total: 1652e6 + 5 });
}, BOUND);

gpuTest("the plan in words says bytes, sums and limits", (gpu) => {
  const text = describePlan(gpu, SIZES);
  assertMatch(text, /1088 bytes a Gaussian of degree 3 \(236 parameters, 472 moments/);
  assertMatch(text, /1\.3\d GiB for 1000000 Gaussians with some 3000000 pairs in the fullest view/);
  assertMatch(text, /beside it 1028\.3 MiB|beside it 1\.00 GiB/);
  assertMatch(text, /holds 8388608 Gaussians and lists 33554432 pairs at most/);
  assert(!text.includes("limit set"));
  assertMatch(
    describePlan(gpu, { ...SIZES, limit: 2_000_000 }),
    /2\.\d+ GiB for 2000000, the limit/,
  );
  const counted = { view: "r_3.png", pairs: 4_000_000, views: 32 };
  assertMatch(
    describeCount(gpu, { ...SIZES, pairs: counted.pairs }, counted),
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
    room(1.2, 9),
    /need 1\.3\d GiB of GPU memory .*the GPU has 1\.20 GiB/,
  ],
  ["too little beside it", {}, room(9, 0.9), /need 1\.0\d GiB beside it .*the host has 921\.6 MiB/],
  [
    "both in one",
    {},
    room(2.2, 9, true),
    /GPU memory .* and 1\.0\d GiB beside it .* the GPU has 2\.20/,
  ],
  ["both in one, enough", {}, room(2.5, 0, true), null],
  ["not known", {}, { gpu: null, host: null, shared: false }, null],
  ["the limit set", { limit: 3_000_000 }, room(3, 9), /^Cannot train 3000000 Gaussians/],
  ["the limit below the start", { limit: 10 }, room(1.4, 9), null],
  ["pairs", { pairs: 30_000_000 }, room(1.4, 9), /768\.0 MiB of it for pairs/],
  ["pictures", { pictures: GIB }, room(1.4, 9), /1\.04 GiB for pictures/],
];

for (const [what, sizes, given, expected] of CHECKS) {
  gpuTest(`memory: ${what}`, (gpu) => {
    const check = () => checkMemory(gpu, { ...SIZES, ...sizes }, given);
    if (!expected) return check();
    const error = assertThrows(check, RangeError) as RangeError & { hint?: string };
    assertMatch(error.message, expected);
    assertMatch(error.hint!, /-r 2.*--memory-limit/);
  }, BOUND);
}
