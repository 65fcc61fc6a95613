import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Gpu } from "../../../../../gpu/device.ts";
import { splatConfig } from "../../../../../model/splat/config.ts";
import type { McmcControl } from "../../../../../model/splat/strategies/mcmc/mcmc_control.ts";
import { SplatTraining } from "../../../../../model/splat/training/splat_training.ts";
import { madeUpSplats } from "../../../../data/splats/made_up.ts";
import { shareOpacity } from "../../../../reference/gaussian/share_opacity.ts";
import { gpuTest } from "../../../../support.ts";
import { ranksInProcess } from "../../../run/ranks/in_process.ts";

const COUNT = 90;

gpuTest(
  "of parts the dead become copies of the living of all ranks, and parts stay even",
  async (gpu) => {
    const other = await Gpu.open();
    const splats = madeUpSplats(COUNT, 1);
    // All of the first part but nine are dead, in the second one in three.
    splats.opacities.forEach((_, i) =>
      splats.opacities[i] = i < 36 || (i > 45 && i % 3 === 0) ? -6 : i % 7 - 3
    );
    const dead = splats.opacities.filter((logit) => logit === -6).length;
    const trainings = ranksInProcess(2).map((ranks, rank) =>
      new SplatTraining([gpu, other][rank]!, {
        config: splatConfig({ strategy: "mcmc", max_gaussians: 94, shard_gaussians: true }),
        train: [],
        test: [],
        extent: 1,
        start: { splats, activeDegree: 1 },
        ranks,
      })
    );
    try {
      for (const { gaussians } of trainings) {
        for (const moment of gaussians.xyz.ensureMoments()) {
          moment.write(new Float32Array(moment.size).fill(1));
        }
      }
      const told = await Promise.all(
        trainings.map(({ strategy }) => (strategy as McmcControl).relocate(600)),
      );
      assertEquals(told[0], { iteration: 600, moved: dead, added: 4, gaussians: COUNT + 4 });
      assertEquals(told[1], told[0]);
      const sizes = trainings.map(({ gaussians }) => gaussians.count);
      assertEquals(sizes[0]! + sizes[1]!, COUNT + 4);
      assert(Math.max(...sizes) <= 1.1 * (COUNT + 4) / 2, sizes.join());
      const parts = await Promise.all(trainings.map(({ gaussians }) => gaussians.splats()));
      const moments = await Promise.all(
        trainings.map(({ gaussians }) => gaussians.xyz.moments![0].read("f32")),
      );
      const places = Array.from(
        { length: COUNT },
        (_, i) => splats.positions.subarray(3 * i, 3 * i + 3).join(),
      );
      const stands = parts.flatMap((part, rank) =>
        Array.from({ length: part.count }, (_, i) => ({
          source: places.indexOf(part.positions.subarray(3 * i, 3 * i + 3).join()),
          opacity: 1 / (1 + Math.exp(-part.opacities[i]!)),
          moment: moments[rank]![3 * i]!,
        }))
      );
      assertEquals(
        new Set(stands.map(({ source }) => source)).size,
        COUNT - dead,
      );
      for (const source of new Set(stands.map(({ source }) => source))) {
        assert(source >= 0 && splats.opacities[source] !== -6, `${source} is dead`);
        const together = stands.filter((one) => one.source === source);
        const alone = 1 / (1 + Math.exp(-splats.opacities[source]!));
        if (together.length === 1) {
          assertAlmostEquals(together[0]!.opacity, alone, 1e-5);
          assertEquals(together[0]!.moment, 1);
        } else if (together.every(({ moment }) => moment === 0)) {
          // Shared out once; what was added besides shares what they had by then.
          const opacities = new Set(together.map(({ opacity }) => opacity.toFixed(5)));
          const expected = shareOpacity(alone, together.length).opacity.toFixed(5);
          assert(opacities.size > 1 || opacities.has(expected), `${[...opacities]} of ${expected}`);
        }
      }
    } finally {
      for (const training of trainings) training.release();
      other.destroy();
    }
  },
);
