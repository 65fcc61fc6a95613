import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { surroundOcc } from "../../data/nuscenes/task.ts";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { writeSafetensors } from "../../data/formats/safetensors.ts";
import { readInfos } from "../../data/nuscenes/infos.ts";
import { writeInfos } from "../../data/nuscenes/infos_writer.ts";
import { sha256 } from "../../model/occupancy/evaluation/file_hash.ts";
import { rootsIn } from "../../data/occupancy/sample.ts";
import type { Gpu } from "../../gpu/device.ts";
import { measureOf } from "../../model/occupancy/evaluation/measure.ts";
import { MeanIou } from "../../loss/mean_iou.ts";
import type { GaussianFormerConfig } from "../../model/occupancy/gaussianformer/config/config.ts";
import {
  evaluateOccupancy,
  type EvaluateOptions,
} from "../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { GaussianFormer } from "../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import {
  readTrainedWeights,
  type TrainedWeights,
} from "../../model/occupancy/weights/trained_weights.ts";
import { Initializer } from "../../model/init.ts";
import { gpuTest } from "../support.ts";
import { TINY, withDataset as withTinyDataset } from "./tiny_run.ts";

const withDataset: typeof withTinyDataset = (body) =>
  withTinyDataset(body, { scenes: 4, valScenes: 3 });

function run(gpu: Gpu, options: Partial<EvaluateOptions>) {
  return evaluateOccupancy(gpu, {
    preset: "demo",
    config: TINY,
    checkpoint: null,
    seed: 5,
    ...options,
  });
}

/** Weights of a configuration as a file of another program would hold them. */
async function weightsOf(
  gpu: Gpu,
  config: GaussianFormerConfig,
  path: string,
  change: (weights: Record<string, { data: Float32Array }>) => void = () => {},
): Promise<TrainedWeights> {
  const model = new GaussianFormer(new Initializer(gpu, 1), config);
  const tensors = await model.tensors();
  model.release();
  change(tensors);
  writeSafetensors(
    path,
    Object.entries(tensors).map(([key, array]) => [key, { dtype: "float32", ...array }]),
  );
  return await readTrainedWeights(path);
}

gpuTest(
  "eval dumps what it counts, and its report adds up",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const dump = join(folder, "out.npz");
      const report = await run(gpu, { dataDir, dump });
      const npz = readNpz(dump);
      const names = ["predictions", "labels", "mask"]
        .flatMap((name) => [0, 1, 2].map((i) => `${name}_00000${i}`));
      assertEquals([...npz.names].sort(), [...names, "tokens"].sort());
      const metric = new MeanIou(measureOf(surroundOcc));
      for (let i = 0; i < 3; i++) {
        const [prediction, labels, mask] = ["predictions", "labels", "mask"]
          .map((name) => npz.get(`${name}_00000${i}`));
        assertEquals(prediction!.shape, [25, 25, 2]);
        metric.addArrays(
          prediction!.data as Uint8Array,
          labels!.data as Uint8Array,
          mask!.data as Uint8Array,
        );
      }
      const tokens = npz.getAny("tokens");
      assertEquals([tokens.dtype, tokens.shape], ["str", [3]]);
      const { miou, occIou, correct, reference } = await metric.results();
      assertAlmostEquals(report.miou!, miou!, 1e-9);
      assertAlmostEquals(report.referenceMiou, reference.miou, 1e-9);
      assertAlmostEquals(report.iou!, occIou!, 1e-9);
      for (const [i, { tp, fp, fn, seen, positive }] of report.classes.entries()) {
        assertEquals([tp, tp + fn, tp + fp], [correct[i]!, seen, positive]);
      }
      assertEquals([report.samples, report.checkpointSha256, report.seed], [3, null, 5]);
      assertEquals(report.indexSha256.length, 64);
      // Nothing but the dump is left: temporary files would be.
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "data",
        "out.npz",
      ]);
    }),
);

gpuTest(
  "the same seed gives the same random weights, another one others",
  (gpu) =>
    withDataset(async (dataDir) => {
      const counts = async (seed: number) =>
        (await run(gpu, { dataDir, seed, limit: 1 })).classes.map(({ positive }) => positive);
      assertEquals(await counts(5), await counts(5));
      assert((await counts(6)).join() !== (await counts(5)).join());
    }),
);

gpuTest(
  "voxels of label 0 count where that is asked for, or settings are legacy",
  (gpu) =>
    withDataset(async (dataDir) => {
      const wrongly = async (options: Partial<EvaluateOptions>) => {
        const { classes, allVoxels } = await run(gpu, { dataDir, limit: 1, ...options });
        return { allVoxels, predicted: classes.reduce((sum, { positive }) => sum + positive, 0) };
      };
      const masked = await wrongly({});
      const all = await wrongly({ allVoxels: true });
      const legacy = await wrongly({ config: { ...TINY, legacy: true } });
      assertEquals([masked.allVoxels, all.allVoxels, legacy.allVoxels], [false, true, true]);
      assert(all.predicted >= masked.predicted);
    }),
);

gpuTest(
  "the three folders of a data set may lie apart",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const roots = rootsIn(dataDir);
      const moved = {
        nuscenes: join(folder, "a"),
        infos: join(folder, "b"),
        labels: join(folder, "c"),
      };
      const whole = await run(gpu, { dataDir, limit: 1 });
      for (const part of ["nuscenes", "infos", "labels"] as const) {
        await Deno.rename(roots[part], moved[part]);
      }
      const apart = await run(gpu, { roots: moved, limit: 1 });
      assertEquals(apart.classes, whole.classes);
      assertEquals(apart.indexSha256, whole.indexSha256);

      // An index that is there as JSON alone is read and hashed as that.
      const pickle = join(moved.infos, "nuscenes_infos_val_sweeps_occ.pkl");
      const json = pickle.replace(/pkl$/, "json");
      writeInfos(json, readInfos(await Deno.readFile(pickle)));
      await Deno.remove(pickle);
      const text = await run(gpu, { roots: moved, limit: 1 });
      assertEquals(text.classes, whole.classes);
      assertEquals(text.indexSha256, await sha256(json));
    }),
);

gpuTest("an evaluation tells its parts on slow adapters, up to the whole", async (gpu) => {
  await withDataset(async (dataDir) => {
    const told: number[] = [];
    const labels = new Set<string>();
    await run(gpu, {
      dataDir,
      limit: 2,
      onPart: ({ done, label }) => {
        told.push(done);
        labels.add(label);
      },
    });
    assertEquals(told, told.toSorted((a, b) => a - b));
    assertAlmostEquals(told.at(-1)!, 2, 1e-9);
    assert(labels.has("camera 6 of 6, feature pyramid"), [...labels].join("; "));
  });
}, { tuning: { runsAhead: false, picturesTogether: false } });

gpuTest(
  "weights of another preset, torn files and weights that are no numbers are named",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const path = join(folder, "w.safetensors");
      const other = await weightsOf(
        gpu,
        { ...TINY, gaussians: { ...TINY.gaussians, count: 71 } },
        path,
      );
      const error = await assertRejects(
        () => run(gpu, { dataDir, checkpoint: other }),
        RangeError,
        `Cannot load "${path}": its weights do not fit the model`,
      );
      assert(String(error.cause).includes('"lifter.anchor" is [71,28], should be [70,28]'));
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.subarray(0, bytes.length / 2));
      await assertRejects(() => readTrainedWeights(path), SyntaxError, path);
      const broken = await weightsOf(gpu, TINY, path, (weights) => {
        weights["img_neck.lateral_convs.0.conv.bias"]!.data[0] = NaN;
      });
      const dump = join(folder, "out.npz");
      await assertRejects(
        () => run(gpu, { dataDir, checkpoint: broken, dump }),
        RangeError,
        `Cannot use "${path}": value 0 of "img_neck.lateral_convs.0.conv.bias" is NaN`,
      );
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "data",
        "w.safetensors",
      ]);
    }),
);
