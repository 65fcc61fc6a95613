import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { writeNpy } from "../../data/formats/numpy/npy.ts";
import { readInfos } from "../../data/nuscenes/infos.ts";
import { writeInfos } from "../../data/nuscenes/infos_writer.ts";
import type { KeyFrame } from "../../data/occupancy/key_frame.ts";
import { gpuTest } from "../support.ts";
import { losses, run, TINY, withDataset } from "./tiny_run.ts";

const CONFIG = { ...TINY, optim: { ...TINY.optim, steps: 4 } };
const INDEX = "nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl";

/** One way in which the first of three key frames is broken, and what the error must say. */
interface Breakage {
  what: string;
  says: string;
  break: (dataDir: string, first: KeyFrame) => Promise<void> | void;
}

const labelPath = (dataDir: string, { lidar }: KeyFrame) =>
  join(dataDir, "surroundocc/samples", `${lidar.file.split("/").at(-1)}.npy`);
const writeLabels = (path: string, rows: number[]) =>
  Deno.writeFile(
    path,
    writeNpy({ dtype: "int32", shape: [rows.length / 4, 4], data: Int32Array.from(rows) }),
  );

// Broken files of one key frame: it can be skipped.
const FILES: readonly Breakage[] = [
  {
    what: "a missing picture",
    says: "there is no such file",
    break: (dir, first) => Deno.remove(join(dir, "nuscenes", first.cameras[2]!.file)),
  },
  {
    what: "a picture that is cut off",
    says: "Cannot read",
    break: async (dir, first) => {
      const path = join(dir, "nuscenes", first.cameras[4]!.file);
      await Deno.writeFile(path, (await Deno.readFile(path)).subarray(0, 300));
    },
  },
  {
    what: "a missing file of labels",
    says: "there is no such file",
    break: (dir, first) => Deno.remove(labelPath(dir, first)),
  },
  {
    what: "a class out of range",
    says: "row 1 has class 18, classes are 0 to 17",
    break: (dir, first) => writeLabels(labelPath(dir, first), [5, 6, 7, 11, 5, 6, 8, 18]),
  },
  {
    what: "a voxel outside the grid",
    says: "row 0 is voxel (200, 6, 7)",
    break: (dir, first) => writeLabels(labelPath(dir, first), [200, 6, 7, 11]),
  },
];

for (const { what, says, break: destroy } of FILES) {
  gpuTest(
    `${what} is named, or skipped and counted`,
    (gpu) =>
      withDataset(async (dataDir, folder) => {
        const index = join(dataDir, INDEX);
        const [first] = readInfos(await Deno.readFile(index), index);
        await destroy(dataDir, first!);
        const options = { dataDir, workDir: join(folder, "run"), config: CONFIG };
        const error = await assertRejects(() => run(gpu, options), Error, says);
        assert(error.message.includes(dataDir), error.message);
        const events = await run(gpu, { ...options, skipBad: true });
        assertEquals(losses(events).length, 4);
        const bad = events.filter((event) => event.type === "bad");
        // Four steps take the two whole ones of three twice, so it comes up once or twice.
        assert(bad.length >= 1 && bad.length <= 2, `${bad.length}`);
        assert(bad.every(({ token, reason }) => token === first!.token && reason.includes(says)));
        const finished = events.find((event) => event.type === "finished")!;
        assertEquals([finished.bad, finished.skipped], [bad.length, 0]);
      }),
  );
}

// A broken index ends a run before it begins, whatever may be skipped.
const INDICES: readonly (Omit<Breakage, "break"> & { change: (frame: KeyFrame) => void })[] = [
  {
    what: "a calibration that is not a number",
    says: "camera_intrinsic must be 9 finite numbers",
    change: ({ cameras }) => Object.assign(cameras[3]!, { intrinsic: Array(9).fill(NaN) }),
  },
  {
    what: "a pose without a direction",
    says: "a quaternion of a length above 0",
    change: ({ cameras }) =>
      Object.assign(cameras[0]!, {
        sensorToEgo: { ...cameras[0]!.sensorToEgo, rotation: [0, 0, 0, 0] },
      }),
  },
];

for (const { what, says, change } of INDICES) {
  gpuTest(`${what} is named with file and frame`, (gpu) =>
    withDataset(async (dataDir, folder) => {
      const index = join(dataDir, INDEX);
      const frames = readInfos(await Deno.readFile(index), index);
      change(frames[1]!);
      writeInfos(index, frames);
      const options = { dataDir, workDir: join(folder, "run"), config: CONFIG, skipBad: true };
      const error = await assertRejects(() => run(gpu, options), SyntaxError, says);
      assert(error.message.includes(index) && /frame \d+ of scene/.test(error.message));
    }));
}

gpuTest(
  "an index without a key is named with file, frame and key",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const index = join(dataDir, INDEX);
      const json = index.replace(/pkl$/, "json");
      writeInfos(json, readInfos(await Deno.readFile(index), index));
      const infos = JSON.parse(await Deno.readTextFile(json));
      const [scene] = Object.keys(infos.infos);
      delete infos.infos[scene!][0].data.CAM_BACK.calib.camera_intrinsic;
      await Deno.writeTextFile(json, JSON.stringify(infos));
      await Deno.remove(index);
      const error = await assertRejects(
        () => run(gpu, { dataDir, workDir: folder, config: CONFIG }),
        SyntaxError,
        'has no key "camera_intrinsic"',
      );
      assert(error.message.includes(json) && error.message.includes("CAM_BACK"), error.message);
    }),
);
