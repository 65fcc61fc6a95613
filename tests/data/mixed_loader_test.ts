import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type LoaderOptions, SampleLoader } from "../../data/batches.ts";
import { readKeyFrames } from "../../data/datasets.ts";
import { referenceGeometry } from "../../data/occupancy/image_geometry.ts";
import { rootsIn } from "../../data/occupancy/sample.ts";
import { readTask } from "../../data/own/task_file.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { mixedSets } from "../../cli/mixed_sets.ts";

Deno.test("training draws from several folders, each sample from its own, and goes on where it was", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const folders = ["a", "b"].map((name) => join(dir, name));
    for (const [i, folder] of folders.entries()) {
      await writeSyntheticDataset(folder, {
        ...{ seed: 20 + i, scenes: 1, valScenes: 0, framesPerScene: 2, layout: "own" },
        imageSize: [32, 18],
      });
    }
    const [a, b] = folders as [string, string];
    const task = readTask(a);
    const mix = await mixedSets([`${b}=2`], { task });
    assertEquals(mix.map(({ weight, frames }) => [weight, frames.length]), [[2, 2]]);
    const options: LoaderOptions = {
      ...{ dataDir: a, split: "train", seed: 3, workers: 0, mix },
      pipeline: { task, geometry: referenceGeometry([32, 16]), photometric: false },
    };
    using loader = await SampleLoader.open(options);
    assertEquals([loader.length, loader.total], [6, 6]);
    const tokens: string[] = [];
    const images: Uint8Array[] = [];
    for (let i = 0; i < 9; i++) {
      const { token, images: pixels } = await loader.next();
      tokens.push(token);
      images.push(pixels);
    }
    const of = async (folder: string) =>
      (await readKeyFrames(rootsIn(folder), "train", task)).map(({ token }) => token);
    const times = (token: string) => tokens.slice(0, 6).filter((one) => one === token).length;
    assertEquals((await of(a)).map(times), [1, 1]);
    assertEquals((await of(b)).map(times), [2, 2]);
    using later = await SampleLoader.open({ ...options, position: { epoch: 1, index: 1 } });
    const next = await later.next();
    assertEquals([next.token, next.images], [tokens[7]!, images[7]!]);
    // A folder of other classes is not mixed in.
    const other = { ...task, classes: [...task.classes, "more"] };
    await assertRejects(() => mixedSets([a], { task: other }), Error, "its classes are");
    await assertRejects(() => mixedSets([`${b}=-1`], { task }), Error, 'its weight is "-1"');
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
