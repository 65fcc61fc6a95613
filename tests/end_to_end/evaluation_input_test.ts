import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readNpy, writeNpy } from "../../data/formats/numpy/npy.ts";
import { writeInfos } from "../../data/nuscenes/infos_writer.ts";
import type { KeyFrame } from "../../data/occupancy/key_frame.ts";
import { labelFile } from "../../data/nuscenes/label_file.ts";
import { rootsIn } from "../../data/occupancy/sample.ts";
import { readSplit } from "../../data/nuscenes/split_infos.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import type { GaussianFormerConfig } from "../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../model/occupancy/gaussianformer/config/presets.ts";
import { evaluateOccupancy } from "../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { predictOccupancy } from "../../model/occupancy/evaluation/prediction.ts";
import { GaussianFormer } from "../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { Initializer } from "../../model/init.ts";
import type { Gpu } from "../../gpu/device.ts";
import { gpuTest } from "../support.ts";
import { TINY } from "./tiny_run.ts";

const gs6400: GaussianFormerConfig = presets["prob/nuscenes_gs6400"];
const SAMPLED: GaussianFormerConfig = {
  ...TINY,
  image: { ...TINY.image, width: 96, height: 32 },
  lifter: {
    ...gs6400.lifter,
    count: 40,
    backbone: TINY.backbone,
    neckChannels: 8,
  } as GaussianFormerConfig["lifter"],
};

interface Place {
  readonly dataDir: string;
  readonly frame: KeyFrame;
  /** Replaces the index. */
  readonly setFrame: (frame: KeyFrame) => void;
}

async function withFrame(body: (place: Place) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    const scenes = { scenes: 2, valScenes: 1, framesPerScene: 1 };
    await writeSyntheticDataset(folder, { seed: 3, ...scenes, imageSize: [96, 54] });
    const [frame] = await readSplit(rootsIn(folder), "val");
    const setFrame = (changed: KeyFrame) =>
      writeInfos(join(rootsIn(folder).infos, "nuscenes_infos_val_sweeps_occ.pkl"), [changed]);
    await body({ dataDir: folder, frame: frame!, setFrame });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const evaluating = (gpu: Gpu, dataDir: string, config = TINY) =>
  evaluateOccupancy(gpu, { preset: "demo", config, dataDir, checkpoint: null });

async function predicting(gpu: Gpu, dataDir: string, config = TINY) {
  const model = new GaussianFormer(new Initializer(gpu, 1), config);
  const weights = await model.tensors();
  model.release();
  const checkpoint = { file: "weights", weights, state: null };
  const outDir = join(dataDir, "out");
  const steps = await Array.fromAsync(
    predictOccupancy(gpu, { config, dataDir, outDir, checkpoint }),
  );
  return steps.filter((step) => "token" in step);
}

const turned = (frame: KeyFrame, cameras: readonly number[]): KeyFrame => ({
  ...frame,
  cameras: frame.cameras.map((camera, i) =>
    cameras.includes(i)
      // The camera's own axes are then the car's: it looks straight up.
      ? { ...camera, sensorToEgo: { rotation: [1, 0, 0, 0] as const, translation: [0, 0, 40] } }
      : camera
  ) as KeyFrame["cameras"],
});

gpuTest(
  "missing pictures and labels, and classes that there are not, are named",
  (gpu) =>
    withFrame(async ({ dataDir, frame }) => {
      const roots = rootsIn(dataDir);
      const label = labelFile(frame, roots);
      const bytes = await Deno.readFile(label);
      const rows = readNpy(bytes);
      const data = Int32Array.from(rows.data as BigInt64Array, Number);
      data[3] = 18;
      await Deno.writeFile(label, writeNpy({ dtype: "int32", shape: rows.shape, data }));
      await assertRejects(
        () => evaluating(gpu, dataDir),
        Error,
        `Cannot read "${label}" at byte 128: row 0 has class 18, classes are 0 to 17`,
      );
      await Deno.remove(label);
      await assertRejects(
        () => evaluating(gpu, dataDir),
        Error,
        `Cannot read "${label}": there is no such file`,
      );
      // A prediction needs none.
      assertEquals((await predicting(gpu, dataDir)).length, 1);
      const picture = join(roots.nuscenes, frame.cameras[4]!.file);
      await Deno.remove(picture);
      for (const run of [evaluating, predicting]) {
        await assertRejects(
          () => run(gpu, dataDir),
          Error,
          `Cannot read "${picture}": there is no such file`,
        );
      }
    }),
);

gpuTest(
  "an index that lacks a key, or a calibration that is no number, is named",
  (gpu) =>
    withFrame(async ({ dataDir, frame, setFrame }) => {
      const pickle = join(dataDir, "nuscenes_cam/nuscenes_infos_val_sweeps_occ.pkl");
      const [first, ...rest] = frame.cameras;
      const intrinsic = first!.intrinsic.with(4, NaN);
      setFrame({ ...frame, cameras: [{ ...first!, intrinsic }, ...rest] as KeyFrame["cameras"] });
      for (const run of [evaluating, predicting]) {
        const error = await assertRejects(() => run(gpu, dataDir), SyntaxError, pickle);
        assert(/camera_intrinsic.* must be 9 finite numbers/.test(error.message), error.message);
      }
      await Deno.remove(pickle);
      const json = pickle.replace(/pkl$/, "json");
      writeInfos(json, [frame]);
      const index = JSON.parse(await Deno.readTextFile(json));
      const [scene] = Object.values(index.infos) as any[];
      delete scene[0].data.CAM_BACK.calib.camera_intrinsic;
      await Deno.writeTextFile(json, JSON.stringify(index));
      for (const run of [evaluating, predicting]) {
        const error = await assertRejects(() => run(gpu, dataDir), SyntaxError, json);
        assert(error.message.includes('has no key "camera_intrinsic"'), error.message);
        assert(error.message.includes("CAM_BACK"), error.message);
      }
    }),
);

for (const [name, config] of Object.entries({ learned: TINY, sampled: SAMPLED })) {
  gpuTest(
    `cameras that see no Gaussian are told and change nothing else (${name} start)`,
    (gpu) =>
      withFrame(async ({ dataDir, frame, setFrame }) => {
        setFrame(turned(frame, [2]));
        const { blindCameras } = await evaluating(gpu, dataDir, config);
        const { token } = frame;
        assertEquals(blindCameras, [{ token, camera: frame.cameras[2]!.name }]);
        // None sees anything: no ray of a sampled start meets the range, and all attention is empty.
        setFrame(turned(frame, [0, 1, 2, 3, 4, 5]));
        const report = await evaluating(gpu, dataDir, config);
        assertEquals(report.blindCameras.length, 6);
        assert(Number.isFinite(report.miou));
        const [step] = await predicting(gpu, dataDir, config);
        assertEquals([step!.blindCameras.length, step!.gaussianCount], [6, 70]);
      }),
  );
}
