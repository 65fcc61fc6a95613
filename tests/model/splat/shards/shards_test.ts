import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sliceSplats } from "../../../../data/splats/splats.ts";
import { Gpu } from "../../../../gpu/device.ts";
import {
  checkpointStart,
  readSplatCheckpoint,
  type SplatCheckpoint,
} from "../../../../model/splat/training/splat_checkpoint.ts";
import type { SplatConfig } from "../../../../model/splat/config.ts";
import type { Ranks } from "../../../../model/run/ranks/ranks.ts";
import { partOf } from "../../../../model/splat/shards/own_part.ts";
import { Parts } from "../../../../model/splat/shards/parts.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { gpuTest } from "../../../support.ts";
import { ranksInProcess } from "../../run/ranks/in_process.ts";
import { type Ran, runOf, startOf } from "../ranks/ranks_runs.ts";
import { withTinyScene } from "../tiny_scene.ts";

type Of<T extends SplatEvent["type"]> = SplatEvent & { readonly type: T };

function of<T extends SplatEvent["type"]>({ events }: Ran, type: T): Of<T>[] {
  return events.filter((event) => event.type === type) as Of<T>[];
}

gpuTest("Gaussians spread over two ranks train as those of one process", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    const other = await Gpu.open();
    const spread = async (
      name: string,
      folder: string,
      more: (ranks: Ranks) => Partial<Omit<SplatTrainOptions, "config">> = () => ({}),
      config: Partial<SplatConfig> = {},
    ) => {
      const ranks = ranksInProcess(2);
      Deno.mkdirSync(folder);
      const [first, second] = await Promise.all([gpu, other].map((gpu, rank) =>
        runOf(gpu, {
          scene,
          name,
          folder,
          checkpointIterations: [5, 10],
          ...more(ranks[rank]!),
          ranks: ranks[rank]!,
          config: { ...config, shard_gaussians: true },
        })
      ));
      for (const type of ["step", "densified", "relocated", "evaluated"] as const) {
        assertEquals(of(first!, type), of(second!, type));
      }
      assertEquals(second!.last, null);
      return first!;
    };
    const checkpoint = (folder: string, step: number) =>
      readSplatCheckpoint(join(folder, `chkpnt${step}.safetensors`)).checkpoint;
    try {
      const folder = path("alone");
      Deno.mkdirSync(folder);
      const alone = await runOf(gpu, {
        scene,
        name: "absgrad",
        folder,
        checkpointIterations: [7, 10],
        config: { batch_views: 2 },
      });
      const parts = path("parts");
      const together = await spread("absgrad", parts);
      // Decisions, losses and pictures do not depend on who owns a Gaussian: the same bits.
      for (const type of ["step", "densified", "evaluated"] as const) {
        assert(of(alone, type).length > 0);
        assertEquals(of(together, type), of(alone, type));
      }
      // Their order does once they have multiplied; what is saved is all of them.
      const sorted = (values: Float32Array) => values.toSorted();
      for (const name of ["positions", "opacities", "shDc"] as const) {
        assertEquals(sorted(together.last![name]), sorted(alone.last![name]), name);
      }
      const [ours, theirs] = [checkpoint(parts, 10), checkpoint(folder, 10)];
      assertEquals(ours.state.parts?.reduce((sum, count) => sum + count), together.last!.count);
      for (const [name, { shape, data }] of Object.entries(theirs.weights)) {
        assertEquals(ours.weights[name]!.shape, shape, name);
        assertEquals(
          sorted(ours.weights[name]!.data as Float32Array),
          sorted(data as Float32Array),
        );
      }
      for (const [name, [, second]] of Object.entries(theirs.moments)) {
        assertEquals(
          sorted(ours.moments[name]![1].data as Float32Array),
          sorted(second.data as Float32Array),
          name,
        );
      }
      // From a checkpoint in the middle, on as many ranks or in one process.
      const middle = checkpoint(parts, 5);
      const from = (checkpoint: SplatCheckpoint) => ({
        checkpoint,
        start: checkpointStart(checkpoint),
      });
      const own = (ranks: Ranks) =>
        readSplatCheckpoint(join(parts, "chkpnt5.safetensors"), ranks).checkpoint;
      for (const ranks of ranksInProcess(2)) {
        // Each rank reads its rows alone: those of the whole file.
        const { counts, weights, moments, arrays } = own(ranks);
        assertEquals(counts, middle.state.parts);
        const cut = partOf(middle, new Parts(ranks, counts!));
        assertEquals([moments, arrays], [cut.moments, cut.arrays]);
        assertEquals(weights.xyz!.shape, [counts![ranks.rank]!, 3]);
      }
      const late = of(together, "step").filter(({ iteration }) => iteration > 5);
      assertEquals(
        of(await spread("absgrad", path("resumed"), (ranks) => from(own(ranks))), "step"),
        late,
      );
      const usualFile = join(folder, "chkpnt7.safetensors");
      const fromOne = await spread(
        "absgrad",
        path("from_one"),
        (ranks) => from(readSplatCheckpoint(usualFile, ranks).checkpoint),
      );
      for (const type of ["step", "densified", "evaluated"] as const) {
        const after = of(alone, type).filter(({ iteration }) => iteration > 7);
        assertEquals(of(fromOne, type), after);
      }
      const one = await runOf(gpu, {
        scene,
        name: "absgrad",
        ...from(middle),
        config: { batch_views: 2 },
      });
      for (const [i, { loss }] of of(one, "step").entries()) {
        assertAlmostEquals(loss, late[i]!.loss, 1e-6);
      }
      // Several views a rank, each with an exposure of its own.
      const short = { iterations: 5 };
      const batches = await spread("absgrad", path("batches"), () => ({}), {
        ...short,
        batch_views: 2,
      });
      const config = { ...short, batch_views: 4 };
      const four = await runOf(gpu, { scene, name: "absgrad", config });
      assertEquals(of(batches, "densified"), of(four, "densified"));
      for (const [i, { loss }] of of(four, "step").entries()) {
        assertAlmostEquals(of(batches, "step")[i]!.loss, loss, 1e-6);
      }
      // MCMC draws by its own numbers once Gaussians move between ranks, and comes as far.
      const chain = await spread("mcmc", path("chain"));
      const usual = await runOf(gpu, { scene, name: "mcmc", config: { batch_views: 2 } });
      assertEquals(of(chain, "relocated"), of(usual, "relocated"));
      for (const [i, { loss, iteration }] of of(chain, "step").entries()) {
        const tolerance = iteration <= 4 ? 1e-6 : 0.02;
        assertAlmostEquals(loss, of(usual, "step")[i]!.loss, tolerance, `iteration ${iteration}`);
      }
    } finally {
      other.destroy();
    }
  });
});

gpuTest("ranks whose Gaussians have come to differ are refused", async (gpu) => {
  await withTinyScene(async (scene) => {
    const other = await Gpu.open();
    try {
      const ranks = ranksInProcess(2);
      const ended = await Promise.allSettled([gpu, other].map((gpu, rank) => {
        const { splats } = startOf(120);
        const start = { splats: sliceSplats(splats, rank, 120), activeDegree: 0 };
        return runOf(gpu, { scene, name: "absgrad", ranks: ranks[rank]!, start });
      }));
      for (const end of ended) {
        if (end.status === "fulfilled") throw new Error("they went on");
        assertEquals(
          end.reason.message,
          "Cannot go on: one rank has 120 Gaussians, another 119, all must have the same",
        );
      }
    } finally {
      other.destroy();
    }
  });
});
