import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Splats } from "../../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { splatConfig } from "../../../../../model/splat/config.ts";
import type { McmcControl } from "../../../../../model/splat/strategies/mcmc/mcmc_control.ts";
import { SplatTraining } from "../../../../../model/splat/training/splat_training.ts";
import { madeUpSplats } from "../../../../data/splats/made_up.ts";
import { shareOpacity } from "../../../../reference/gaussian/share_opacity.ts";
import { gpuTest } from "../../../../support.ts";

interface Relocation {
  readonly before: Splats;
  readonly after: Splats;
  readonly moments: Float32Array;
  readonly told: Awaited<ReturnType<McmcControl["relocate"]>>;
}

/** Relocates Gaussians whose moments are all 1. */
async function relocate(gpu: Gpu, splats: Splats, most: number): Promise<Relocation> {
  const config = splatConfig({ strategy: "mcmc", max_gaussians: most });
  const training = new SplatTraining(gpu, {
    config,
    train: [],
    test: [],
    extent: 1,
    start: { splats, activeDegree: 1 },
  });
  try {
    const { gaussians } = training;
    for (const [, parameter] of gaussians.groups()) {
      for (const moment of parameter.ensureMoments()) {
        moment.write(new Float32Array(moment.size).fill(1));
      }
    }
    const before = gpu.memory.inUse;
    const told = await (training.strategy as McmcControl).relocate(600);
    const after = await gaussians.splats();
    assert(gpu.memory.inUse < 1.5 * before, "what was needed for it is given back");
    return { before: splats, after, moments: await gaussians.xyz.moments![0].read("f32"), told };
  } finally {
    training.release();
  }
}

const row = (column: Float32Array, width: number, i: number) =>
  column.subarray(width * i, width * (i + 1));
const opacityOf = ({ opacities }: Splats, i: number) => 1 / (1 + Math.exp(-opacities[i]!));

/** Which Gaussian of before each one of after stands with, by its place and rotation. */
function sourcesOf({ before, after }: Relocation): number[] {
  const places = Array.from({ length: before.count }, (_, i) => row(before.positions, 3, i).join());
  return Array.from({ length: after.count }, (_, i) => {
    const place = row(after.positions, 3, i).join();
    const source = places.indexOf(place);
    assert(source >= 0, `${i} comes from nowhere`);
    assertEquals(row(after.quaternions, 4, i), row(before.quaternions, 4, source));
    assertEquals(row(after.shRest, 9, i), row(before.shRest, 9, source));
    return source;
  });
}

gpuTest("the dead become copies of the living, which share their opacity", async (gpu) => {
  const count = 90;
  const splats = madeUpSplats(count, 1);
  splats.opacities.forEach((_, i) => splats.opacities[i] = i % 3 ? i % 7 - 3 : -6 - i / 10);
  const done = await relocate(gpu, splats, count);
  assertEquals(done.told, { iteration: 600, moved: 30, added: 0, gaussians: count });
  const sources = sourcesOf(done);
  for (let i = 0; i < count; i++) {
    const source = sources[i]!;
    // Only the living are drawn, and they stay where they are.
    assert(source % 3 !== 0);
    if (i % 3) assertEquals(source, i);
    const n = sources.filter((other) => other === source).length;
    const { opacity, scale } = n > 1
      ? shareOpacity(opacityOf(splats, source), n)
      : { opacity: opacityOf(splats, source), scale: 1 };
    assertAlmostEquals(opacityOf(done.after, i), opacity, 1e-5);
    for (let k = 0; k < 3; k++) {
      const log = splats.logScales[3 * source + k]! + Math.log(scale);
      assertAlmostEquals(done.after.logScales[3 * i + k]!, log, 1e-4);
    }
    assertEquals([...row(done.moments, 3, i)], Array(3).fill(n > 1 ? 0 : 1));
  }
});

gpuTest("a twentieth is added, whose originals keep their moments", async (gpu) => {
  const count = 90;
  const splats = madeUpSplats(count, 1);
  splats.opacities.fill(1);
  const done = await relocate(gpu, splats, 1000);
  assertEquals(done.told, { iteration: 600, moved: 0, added: 4, gaussians: 94 });
  const sources = sourcesOf(done);
  assertEquals(sources.slice(0, count), Array.from({ length: count }, (_, i) => i));
  assertEquals([...done.moments], [...Array(3 * count).fill(1), ...Array(12).fill(0)]);
  for (let i = 0; i < 94; i++) {
    const n = sources.filter((other) => other === sources[i]).length;
    const opacity = n > 1 ? shareOpacity(opacityOf(splats, 0), n).opacity : opacityOf(splats, 0);
    assertAlmostEquals(opacityOf(done.after, i), opacity, 1e-5);
  }
});

gpuTest("where all are dead none moves", async (gpu) => {
  const splats = madeUpSplats(20, 1);
  splats.opacities.fill(-9);
  const { told, after } = await relocate(gpu, splats, 20);
  assertEquals([told.moved, told.added], [0, 0]);
  assertEquals(after.positions, splats.positions);
});
