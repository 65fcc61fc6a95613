import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { decodePng } from "../../../../data/formats/png.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { writeSyntheticDataset } from "../../../../data/synth/dataset.ts";
import { readCheckpoint } from "../../../../model/checkpoint.ts";
import type { GaussianFormerConfig } from "../../../../model/gaussianformer/config/config.ts";
import { presets } from "../../../../model/gaussianformer/config/presets.ts";
import { trainGaussianFormer } from "../../../../model/gaussianformer/training/training.ts";
import { visualizeGaussianFormer } from "../../../../model/gaussianformer/view/visualize.ts";
import { gpuTest } from "../../../support.ts";

const demo: GaussianFormerConfig = presets.demo;
const TINY: GaussianFormerConfig = {
  ...demo,
  image: { ...demo.image, width: 64, height: 36 },
  backbone: { ...demo.backbone, stemChannels: 8, baseChannels: 8 },
  gaussians: { ...demo.gaussians, count: 70 },
  encoder: { ...demo.encoder, embedDims: 16, feedforward: 32, blocks: 1 },
  occupancy: { ...demo.occupancy, voxel: 4 },
  optim: { ...demo.optim, steps: 1, warmupSteps: 1 },
};

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
      for await (const _ of trainGaussianFormer(gpu, { ...base, workDir, seed: 7, workers: 0 }));
      const options = {
        ...base,
        checkpoint: await readCheckpoint(workDir),
        occupancy: true,
        gaussians: true,
        size: [96, 54] as const,
      };
      const inUse = gpu.memory.inUse;
      const out = join(folder, "out");
      const { files, page, result } = await visualizeGaussianFormer(gpu, {
        ...options,
        out,
        indices: [3],
      });
      assertEquals(gpu.memory.inUse, inUse);
      assertEquals([files.length, result.samples], [16, 1]);
      assertEquals(files.filter((path) => path.endsWith(".png")).length, 14);
      const shapes = ["val_0_pred.png", "val_0_error_bird.png", "0_image_CAM_BACK.png"].map(
        (name) => {
          const { width, height } = decodePng(Deno.readFileSync(join(out, name)));
          return [width, height];
        },
      );
      assertEquals(shapes, [[96, 54], [54, 54], [64, 36]]);
      const { splats } = await readSplats(join(out, "val_0_gaussian.ply"));
      assertEquals([splats.count > 0 && splats.count <= 70, splats.degree], [true, 0]);
      const text = await Deno.readTextFile(page);
      for (const word of ["driveable_surface", "invented", "val_0_gaussian.png"]) {
        assertStringIncludes(text, word);
      }

      // Two key frames wrap around: 3 of 2 is the last one, which is another than the first.
      const both = await visualizeGaussianFormer(gpu, {
        ...options,
        gaussians: false,
        out: join(folder, "both"),
      });
      assertEquals(both.files.map((path) => basename(path)).includes("val_1_gt.png"), true);
      const read = (dir: string, name: string) => Deno.readFileSync(join(dir, name));
      assertEquals(read(join(folder, "both"), "val_1_gt.png"), read(out, "val_0_gt.png"));
      await assertRejects(
        () => visualizeGaussianFormer(gpu, { ...options, out, indices: [-1] }),
        RangeError,
        "key frame -1",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
