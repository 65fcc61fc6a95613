import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { basename, join } from "@std/path";
import { readGlb } from "../../../../data/formats/glb.ts";
import { readNpz } from "../../../../data/formats/numpy/npz.ts";
import { readPly } from "../../../../data/formats/ply.ts";
import { decodePng } from "../../../../data/pictures/png/png.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { writeSyntheticDataset } from "../../../../data/synth/dataset.ts";
import { readCheckpoint } from "../../../../model/occupancy/training/training_state.ts";
import { trainOccupancy } from "../../../../model/occupancy/training/training.ts";
import { visualizeOccupancy } from "../../../../model/occupancy/view/visualize.ts";
import { TINY as LONG } from "../../../end_to_end/tiny_run.ts";
import { gpuTest } from "../../../support.ts";

const TINY = { ...LONG, optim: { ...LONG.optim, steps: 1, warmupSteps: 1 } };

gpuTest(
  "a visualisation leaves photos, voxels, Gaussians and a page for the chosen key frame",
  async (gpu) => {
    const folder = await Deno.makeTempDir();
    try {
      const dataDir = join(folder, "data");
      await writeSyntheticDataset(dataDir, {
        seed: 3,
        scenes: 3,
        valScenes: 2,
        framesPerScene: 1,
        imageSize: [96, 54],
      });
      const base = { preset: "demo", config: TINY, dataDir };
      const workDir = join(folder, "run");
      for await (const _ of trainOccupancy(gpu, { ...base, workDir, seed: 7, workers: 0 }));
      const options = {
        ...base,
        checkpoint: await readCheckpoint(workDir),
        occupancy: true,
        gaussians: true,
        size: [96, 54] as const,
      };
      const inUse = gpu.memory.inUse;
      const out = join(folder, "out");
      const { files, page, result } = await visualizeOccupancy(gpu, {
        ...options,
        out,
        indices: [3],
      });
      assertEquals(gpu.memory.inUse, inUse);
      // Of the split's two key frames, number 3 is the second one, 1.
      const names = files.map((path) => basename(path));
      assertEquals([names.length, new Set(names).size, result.samples], [28, 28, 1]);
      const endings = (end: string) => names.filter((name) => name.endsWith(end)).length;
      assertEquals([endings(".png"), endings(".glb"), endings(".ply"), endings(".npz")], [
        21,
        2,
        3,
        2,
      ]);
      const shapes = ["val_1_pred.png", "val_1_error_bird.png", "1_image_CAM_BACK.png"].map(
        (name) => {
          const { width, height } = decodePng(Deno.readFileSync(join(out, name)));
          return [width, height];
        },
      );
      // Views stand between a title and a legend; photos are as they were.
      assertEquals([shapes[0]![0], shapes[1]![0], shapes[2]], [96, 54, [64, 36]]);
      assert(shapes[0]![1]! > 54 && shapes[1]![1]! > 54);
      const { splats } = await readSplats(join(out, "val_1_gaussian.ply"));
      assertEquals([splats.count > 0 && splats.count <= 70, splats.degree], [true, 0]);
      assertEquals(readNpz(join(out, "val_1_gaussian.npz")).get("means").shape, [70, 3]);
      const glb = readGlb(Deno.readFileSync(join(out, "val_1_gt.glb")));
      const meshes = glb.json.meshes.map(({ name }: { name: string }) => name);
      assert(meshes.includes("driveable_surface"));
      const voxels = readPly(join(out, "val_1_gt.ply")).elements.get("vertex")!;
      assert(voxels.count > 0 && voxels.properties.has("label"));
      const text = await Deno.readTextFile(page);
      for (const word of ["driveable surface", "invented", "val_1_gaussian.png", "val_1_gt.glb"]) {
        assertStringIncludes(text, word);
      }
      const list = JSON.parse(await Deno.readTextFile(join(out, "samples.json")));
      assertEquals([list.keyFrames.length, list.keyFrames[0].index], [1, 1]);

      // Both, without Gaussians, from elsewhere, filmed, with the places of Gaussians from above.
      const both = await visualizeOccupancy(gpu, {
        ...options,
        gaussians: false,
        topDown: true,
        viewpoint: { azimuth: 90 },
        film: { frames: 2, fps: 5, path: "fly" },
        out: join(folder, "both"),
      });
      assertEquals(both.keyFrames.map(({ index }) => index), [0, 1]);
      const read = (dir: string, name: string) => Deno.readFileSync(join(dir, name));
      const other = join(folder, "both");
      assertEquals(read(other, "val_1_gt_bird.png"), read(out, "val_1_gt_bird.png"));
      assertNotEquals(read(other, "val_1_gt.png"), read(out, "val_1_gt.png"));
      // The start and one block.
      assertEquals(decodePng(read(other, "val_0_topdown.png")).width, 2 * 54 + 12);
      const film = [...Deno.readDirSync(join(other, "val_0_video"))].map(({ name }) => name);
      assertEquals(film.sort(), ["frame_00000.png", "frame_00001.png"]);
      const one = await visualizeOccupancy(gpu, {
        ...options,
        occupancy: false,
        scene: 1,
        choice: "all",
        out: join(folder, "scene"),
      });
      assertEquals(one.keyFrames.map(({ index }) => index), [1]);
      assertEquals(one.files.some((path) => path.includes("_gt")), false);
      await assertRejects(
        () => visualizeOccupancy(gpu, { ...options, out, indices: [-1] }),
        RangeError,
        "key frame -1",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
