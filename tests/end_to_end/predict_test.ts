import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { writeSafetensors } from "../../data/formats/safetensors.ts";
import { rootsIn } from "../../data/occupancy/sample.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { GaussianFormerConfig } from "../../model/occupancy/gaussianformer/config/config.ts";
import { GaussianFormer } from "../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { readKeyFrame } from "../../model/occupancy/view/key_frame_file.ts";
import { predictOccupancy } from "../../model/occupancy/evaluation/prediction.ts";
import { readTrainedWeights } from "../../model/occupancy/weights/trained_weights.ts";
import { trainOccupancy } from "../../model/occupancy/training/training.ts";
import { Initializer } from "../../model/init.ts";
import { gpuTest } from "../support.ts";
import { TINY as LONG, withDataset as withTinyDataset } from "./tiny_run.ts";

const TINY = { ...LONG, optim: { ...LONG.optim, steps: 1 } };

const withDataset: typeof withTinyDataset = (body) =>
  withTinyDataset(body, { scenes: 3, valScenes: 2 });

const ADDITIVE: GaussianFormerConfig = {
  ...TINY,
  gaussians: { ...TINY.gaussians, semantics: 18, opacity: false },
  head: { kind: "additive", scaleMultiplier: 3, supervised: "all", empty: null },
};

/** Random weights of a configuration, with the key names of the original. */
async function writeWeights(gpu: Gpu, config: GaussianFormerConfig, path: string) {
  const model = new GaussianFormer(new Initializer(gpu, 1), config);
  const tensors = Object.entries(await model.tensors());
  model.release();
  writeSafetensors(path, tensors.map(([key, array]) => [key, { dtype: "float32", ...array }]));
}

for (const [name, config] of Object.entries({ probabilistic: TINY, additive: ADDITIVE })) {
  gpuTest(
    `predict writes occupancy and Gaussians of each key frame (${name} head)`,
    (gpu) =>
      withDataset(async (dataDir, folder) => {
        const [weights, outDir] = [join(folder, "w.safetensors"), join(folder, "out/new")];
        await writeWeights(gpu, config, weights);
        await Deno.remove(join(dataDir, "surroundocc"), { recursive: true }); // no labels are needed
        const checkpoint = await readTrainedWeights(weights);
        const options = { config, dataDir, outDir, checkpoint, probabilities: true };
        // Data that are not there leave no folder behind.
        const absent = { ...options, dataDir: join(folder, "absent") };
        await assertRejects(
          () => Array.fromAsync(predictOccupancy(gpu, absent)),
          Error,
          "val",
        );
        await assertRejects(() => Deno.stat(outDir), Deno.errors.NotFound);
        // The folders may lie apart.
        const { dataDir: _together, ...apart } = options;
        const roots = { ...rootsIn(dataDir), labels: "" };
        const told = await Array.fromAsync(predictOccupancy(gpu, { ...apart, roots }));
        assertEquals(told.map(({ done, total }) => [done, total]), [[0, 2], [1, 2], [2, 2]]);
        const steps = told.filter((step) => "token" in step);
        const files = steps.flatMap(({ token }) => [`${token}.npz`, `${token}.ply`]).sort();
        assertEquals([...Deno.readDirSync(outDir)].map(({ name }) => name).sort(), files);
        const npz = readNpz(steps[0]!.occupancy);
        const { shape, dtype, data } = npz.get("semantics");
        assertEquals([shape, dtype], [[25, 25, 2], "uint8"]);
        const chances = npz.get("probabilities");
        assertEquals(chances.shape, [18, 25, 25, 2]);
        for (let voxel = 0; voxel < data.length; voxel += 97) {
          const column = Array.from(
            { length: 18 },
            (_, k) => chances.data[k * data.length + voxel]!,
          );
          assertEquals(
            column.indexOf(column.reduce((a, b) => a > b ? a : b)),
            data[voxel],
          );
          const sum = column.reduce<number>((a, b) => a + Number(b), 0);
          if (name === "additive") assert(Math.abs(sum - 1) < 1e-5, `sum ${sum}`);
        }
        const { splats } = await readSplats(steps[0]!.gaussians);
        assertEquals([splats.count, splats.degree], [steps[0]!.gaussianCount, 0]);
        if (name === "probabilistic") assertEquals(splats.count, 70);
        // The same seed gives the same bytes.
        const before = await Deno.readFile(steps[0]!.occupancy);
        const again = predictOccupancy(gpu, { ...options, limit: 1 });
        assertEquals((await Array.fromAsync(again)).length, 2);
        assertEquals(await Deno.readFile(steps[0]!.occupancy), before);
        // For the viewer small pictures can be kept; no key frame has any but these.
        assertEquals(npz.has("images"), false);
        await Array.fromAsync(
          predictOccupancy(gpu, { ...options, limit: 1, pictures: true }),
        );
        const { pictures, truth } = readKeyFrame(steps[0]!.occupancy);
        assertEquals(pictures.map(({ width }) => width), Array(6).fill(config.image.width));
        assertEquals(truth, null);
      }),
  );
}

gpuTest(
  "training starts from weights as far as they fit, and tells what was left",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const weights = join(folder, "w.safetensors");
      await writeWeights(gpu, { ...TINY, gaussians: { ...TINY.gaussians, count: 9 } }, weights);
      const initial = await readTrainedWeights(weights);
      const options = {
        preset: "demo",
        config: TINY,
        dataDir,
        workDir: folder,
        seed: 1,
        workers: 0,
      };
      const events = await Array.fromAsync(
        trainOccupancy(gpu, { ...options, initial: [initial] }),
      );
      const loaded = events.find((event) => event.type === "loaded")!;
      assertEquals(loaded.report.misshapen.map(({ key }) => key), ["lifter.anchor"]);
      assert(loaded.report.dropped.every((key) => /^(img_neck|lifter\.anchor)/.test(key)));
      const keys = Object.keys(initial.weights).length;
      assertEquals(loaded.report.loaded + loaded.report.dropped.length, keys);
      const other = { ...options, config: ADDITIVE, checkpoint: initial, outDir: folder };
      await assertRejects(
        () => Array.fromAsync(predictOccupancy(gpu, other)),
        RangeError,
        "its weights do not fit the model",
      );
    }),
);
