import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readSafetensors } from "../../../data/formats/safetensors.ts";
import { restore } from "../../../model/occupancy/training/occupancy_trainee.ts";
import { readCheckpoint } from "../../../model/occupancy/training/training_state.ts";
import { Initializer } from "../../../model/init.ts";
import { Linear } from "../../../model/layers/linear.ts";
import { readSplatCheckpoint } from "../../../model/splat/training/splat_checkpoint.ts";
import { splatConfig } from "../../../model/splat/config.ts";
import { trainScene } from "../../../model/splat/training/train_scene.ts";
import { gpuTest } from "../../support.ts";
import { withTinyScene } from "../splat/tiny_scene.ts";

/** Written by voxsplat 0.1.0 before runs had one layout. */
const OLD = fromFileUrl(new URL("../../fixtures/runs", import.meta.url));

gpuTest("a folder of train of 0.1.0 is gone on with", async (gpu) => {
  const checkpoint = await readCheckpoint(join(OLD, "train_0.1.0"));
  const { state } = checkpoint;
  assertEquals([state.step, state.trainee, state.stage], [40, "occupancy", "model"]);
  assertEquals([state.accumulation, state.position], [2, { epoch: 1, index: 2 }]);
  assertEquals([state.seed, state.random], [5, { seed: 5, counter: 345 }]);
  const module = new Linear(new Initializer(gpu, 9), 3, 2);
  restore({ module }, checkpoint);
  assertEquals([...await module.weight.value.read("f32")], [1, 2, 3, 4, 5, 6]);
  assertEquals([...await module.weight.moments![1].read("f32")], [1, 4, 9, 16, 25, 36]);
  assertEquals([...await module.bias.moments![0].read("f32")], [0.5, 0.25]);
  module.release();
});

for (const strategy of ["default", "mcmc"] as const) {
  gpuTest(
    `a model of splat train of 0.1.0 is gone on with, strategy ${strategy}`,
    (gpu) =>
      withTinyScene(async (scene, path) => {
        const folder = join(OLD, `splat_${strategy}_0.1.0`);
        const { checkpoint } = readSplatCheckpoint(folder);
        const { file, state, weights, moments, arrays } = checkpoint;
        assertEquals([state.step, state.trainee, state.seed], [6, "splat", 0]);
        assertEquals(state.config.strategy, strategy);
        const { tensors } = readSafetensors(file);
        assertEquals(weights.xyz, tensors.get("xyz"));
        assertEquals(moments.xyz![1], tensors.get("adam.second.xyz"));
        assertEquals(arrays.get("sums"), tensors.get("sums"));
        const { config: saved } = state;
        const config = splatConfig({
          ...{ ...saved, source_path: scene, model_path: path("m"), iterations: 8 },
        });
        const events = await Array.fromAsync(trainScene(gpu, {
          config,
          ...{ testIterations: [], saveIterations: [8], checkpointIterations: [8], logEvery: 1 },
          startCheckpoint: folder,
        }));
        assertEquals(events.flatMap((event) => event.type === "step" ? [event.iteration] : []), [
          7,
          8,
        ]);
        // What it saves then is of today's layout.
        const today = readSplatCheckpoint(path("m")).checkpoint;
        assertEquals([today.state.step, today.state.trainee], [8, "splat"]);
        assert(
          [...readSafetensors(today.file).tensors.keys()].every((key) => !/^adam\./.test(key)),
        );
        const remarks = events.flatMap((event) => event.type === "remark" ? [event.text] : []);
        assert(!remarks.some((text) => text.includes("was trained with")), remarks.join("\n"));
      }),
  );
}
