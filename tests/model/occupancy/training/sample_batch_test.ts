import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SampleLoader } from "../../../../data/batches.ts";
import { writeSyntheticDataset } from "../../../../data/synth/dataset.ts";
import { Initializer } from "../../../../model/init.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { pipelineOf, uploadSample } from "../../../../model/occupancy/training/sample_batch.ts";
import { gpuTest } from "../../../support.ts";

gpuTest("a sample's photometric draws reach the network", async (gpu) => {
  const config = {
    ...presets.demo,
    image: { ...presets.demo.image, width: 64, height: 36, photometric: true },
    gaussians: { ...presets.demo.gaussians, count: 40 },
    occupancy: { ...presets.demo.occupancy, voxel: 4 },
  };
  const dir = await Deno.makeTempDir();
  try {
    const size: [number, number] = [64, 36];
    await writeSyntheticDataset(join(dir), {
      seed: 2,
      scenes: 2,
      framesPerScene: 1,
      imageSize: size,
    });
    const load = async (augment: boolean) => {
      using loader = await SampleLoader.open({
        dataDir: dir,
        split: "train",
        pipeline: pipelineOf(config),
        workers: 0,
        augment,
        seed: 4,
      });
      return await loader.next();
    };
    const sample = await load(true);
    const batch = uploadSample(gpu, sample, config);
    assertEquals(await batch.distortion!.read("f32"), sample.photometric!);
    assertEquals(uploadSample(gpu, await load(false), config).distortion, null);

    const model = new GaussianFormer(new Initializer(gpu, 1), config);
    const run = async (distortion: typeof batch.distortion) =>
      await model.forward({ ...batch, distortion: distortion! }).probabilities.read("f32");
    const [plain, distorted] = [await run(null), await run(batch.distortion)];
    assert(distorted.every(Number.isFinite));
    assert(plain.some((value, i) => Math.abs(value - distorted[i]!) > 1e-4));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
