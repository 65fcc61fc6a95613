import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { evaluateOccupancy } from "../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { predictOccupancy } from "../../model/occupancy/evaluation/prediction.ts";
import type { GaussianWorldConfig } from "../../model/occupancy/gaussianworld/config/config.ts";
import { worldPresets } from "../../model/occupancy/gaussianworld/config/presets.ts";
import { checkConfig } from "../../model/occupancy/table.ts";
import { planMemory } from "../../model/occupancy/training/memory_plan.ts";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { filmScene } from "../../model/occupancy/view/scene_film.ts";
import { decodePng } from "../../data/pictures/png/png.ts";
import type { Ranks } from "../../model/run/ranks/ranks.ts";
import { ranksInProcess } from "../model/run/ranks/in_process.ts";
import { gpuTest, withGpu } from "../support.ts";
import { losses, run, TINY, withDataset } from "./tiny_run.ts";

const { "gaussianworld/demo": demo } = worldPresets;
const { image, backbone, occupancy, optim } = TINY;

/** A GaussianWorld with hardly any width, trained on clips of three key frames. */
const WORLD: GaussianWorldConfig = {
  ...demo,
  image,
  backbone,
  occupancy,
  optim: { ...optim, steps: 4 },
  gaussians: { ...demo.gaussians, count: 70 },
  encoder: { ...demo.encoder, embedDims: 16, feedforward: 32, kernel: 3, blocks: 2 },
  // Free space is near the car alone, so that predictions are more than that after five steps.
  head: {
    kind: "additive",
    scaleMultiplier: 4,
    supervised: "fixed_0_1",
    empty: { mean: [0, 0, -1], scale: [2, 2, 2] },
  },
  stream: {
    ...demo.stream,
    train: true,
    clip: 3,
    window: 2,
    forget: [[0, 1]],
    temporalBlocks: 1,
    prior: [10, 10, 2],
  },
};

gpuTest(
  "a stream is trained, goes on within a clip with the same bits, and is evaluated and predicted",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      checkConfig(WORLD, { labelled: true });
      const workDir = join(folder, "run");
      const given = { preset: "gaussianworld/demo", config: WORLD, dataDir };
      const events = await run(gpu, { ...given, workDir, saveEvery: 2 });
      const whole = losses(events);
      assertEquals(whole.map(([step]) => step), [1, 2, 3, 4]);
      const saved = events.flatMap((event) => event.type === "saved" ? [event.path] : []);

      const middle = await readCheckpoint(saved[0]!);
      assertEquals([...middle.arrays.keys()].sort(), ["memory.anchors", "memory.features"]);
      assertEquals(middle.state.clip?.clip, 0);
      const again = join(folder, "again");
      const rest = await run(gpu, { ...given, workDir: again, checkpoint: middle, saveEvery: 2 });
      assertEquals(losses(rest), whole.slice(2));
      const bytes = (path: string) => Deno.readFileSync(path);
      const ends = rest.flatMap((event) => event.type === "saved" ? [event.path] : []);
      assertEquals(bytes(ends.at(-1)!), bytes(saved.at(-1)!));
      // Without what was seen the run takes another course.
      const { clip: _, ...state } = middle.state;
      const blind = { ...middle, state, arrays: new Map() };
      const other = await run(gpu, { ...given, workDir: join(folder, "b"), checkpoint: blind });
      assertNotEquals(losses(other)[0], whole[2]);

      const checkpoint = await readCheckpoint(workDir);
      const evaluated = { ...given, checkpoint };
      const once = await evaluateOccupancy(gpu, evaluated);
      assertEquals(once.stream?.curve.map(({ since, samples }) => [since, samples]), [
        [0, 1],
        [1, 1],
        [2, 1],
      ]);
      const single = await evaluateOccupancy(gpu, { ...evaluated, stream: "single" });
      assertEquals([single.samples, single.stream], [3, undefined]);
      // Windows of two: two of them in three key frames.
      const windows = await evaluateOccupancy(gpu, { ...evaluated, stream: "windows" });
      assertEquals(windows.samples, 4);
      assertEquals(windows.stream?.curve.map(({ samples }) => samples), [2, 2]);
      const counts = ({ classes }: typeof once) => classes.map(({ tp, fp, fn }) => [tp, fp, fn]);
      assertNotEquals(counts(once), counts(single));
      const config = { ...WORLD, stream: { ...WORLD.stream, window: 4 } };
      await assertRejects(
        () => evaluateOccupancy(gpu, { ...evaluated, config, stream: "windows" }),
        RangeError,
        "no scene has so many",
      );

      // Ranks share whole scenes, here one each, and count what one process counts.
      const train = { ...evaluated, split: "train" as const };
      await withGpu(async (other) => {
        const [first, second] = ranksInProcess(2) as [Ranks, Ranks];
        const both = [
          evaluateOccupancy(gpu, { ...train, ranks: first }),
          evaluateOccupancy(other, { ...train, ranks: second }),
        ];
        const told = (await Promise.all(both)).map((report) => [counts(report), report.stream]);
        const byOne = await evaluateOccupancy(gpu, train);
        assertEquals(told, Array(2).fill([counts(byOne), byOne.stream]));
      }, {});

      const semantics = async (stream: boolean | undefined, name: string) => {
        const outDir = join(folder, name);
        const steps = await Array.fromAsync(
          predictOccupancy(gpu, { ...evaluated, outDir, stream }),
        );
        return steps.flatMap((step) =>
          "occupancy" in step ? [readNpz(step.occupancy).get("semantics").data] : []
        );
      };
      const [streamed, alone] = [await semantics(undefined, "s"), await semantics(false, "a")];
      assertEquals(streamed[0], alone[0]);
      assert(streamed.slice(1).some((prediction, i) => `${prediction}` !== `${alone[i + 1]}`));

      const shown = { occupancy: true, gaussians: false, size: [96, 54] as const, fps: 2 };
      const film = await filmScene(gpu, { ...evaluated, ...shown, out: join(folder, "film") });
      assertEquals([film.keyFrames, film.result.stream?.mode], [3, "once"]);
      const pictures = [...Deno.readDirSync(film.folder)].map(({ name }) => name).sort();
      assertEquals(pictures, [0, 1, 2].map((i) => `frame_0000${i}.png`));
      const [first, last] = [pictures[0]!, pictures[2]!].map((name) =>
        decodePng(bytes(join(film.folder, name)))
      );
      assertEquals([first!.width, first!.height], [last!.width, last!.height]);

      const plan = await planMemory(gpu, WORLD, { evaluates: true });
      assert(plan.reserved >= plan.peak && plan.trained > 0);
    }, { scenes: 3, valScenes: 1, framesPerScene: 3 }),
);
