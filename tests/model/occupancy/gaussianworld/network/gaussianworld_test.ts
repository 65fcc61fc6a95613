import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { Initializer } from "../../../../../model/init.ts";
import { evaluating } from "../../../../../model/module.ts";
import type { GaussianWorldConfig } from "../../../../../model/occupancy/gaussianworld/config/config.ts";
import { worldPresets } from "../../../../../model/occupancy/gaussianworld/config/presets.ts";
import { GaussianWorld } from "../../../../../model/occupancy/gaussianworld/network/gaussianworld.ts";
import { SceneMemory } from "../../../../../model/occupancy/stream/memory.ts";
import type { CameraBatch } from "../../../../../model/occupancy/network/occupancy_network.ts";
import { gpuTest, noise } from "../../../../support.ts";

const { "gaussianworld/demo": demo } = worldPresets;
const small: GaussianWorldConfig = {
  ...demo,
  image: { ...demo.image, width: 64, height: 32 },
  gaussians: { ...demo.gaussians, count: 64 },
  encoder: { ...demo.encoder, embedDims: 16, feedforward: 16, kernel: 3 },
  occupancy: { ...demo.occupancy, voxel: 4 },
  stream: { ...demo.stream, prior: [10, 10, 2] },
};

const floats = (count: number, seed: number) => Float32Array.from(noise(seed, count));

/** A key frame of noise, some metres ahead of where the car began. */
function frameOf(gpu: Gpu, metres: number, seconds: number): CameraBatch {
  const cameras = small.task.cameras.length;
  const projection = floats(16 * cameras, 3).map((value) => 30 * value);
  return {
    images: Tensor.from(gpu, floats(cameras * 3 * 32 * 64, 10 * seconds), [cameras, 3, 32, 64]),
    projection: Tensor.from(gpu, projection, [cameras, 4, 4]),
    imageSize: Tensor.from(gpu, new Float32Array(2 * cameras).fill(48), [cameras, 2]),
    moment: {
      scene: "a",
      seconds,
      worldFromFrame: Float64Array.of(1, 0, 0, 0, 0, 1, 0, metres, 0, 0, 1, 0, 0, 0, 0, 1),
    },
  };
}

gpuTest("what was seen changes what is predicted, and is forgotten with the scene", async (gpu) => {
  using _all = gpu.scope();
  const model = new GaussianWorld(new Initializer(gpu, 1), small);
  await evaluating(model, gpu, async () => {
    using memory = new SceneMemory();
    const predict = async (batch: CameraBatch) => {
      using _step = gpu.scope();
      const occupancy = model.forward({ ...batch, memory: memory.before(batch.moment!) });
      memory.keep(occupancy.memory);
      return await occupancy.probabilities.read("f32");
    };
    const [first, second] = [frameOf(gpu, 0, 1), frameOf(gpu, 2, 1.5)];
    const alone = await predict(second);
    memory.forget();
    await predict(first);
    assertEquals(memory.since, 1);
    assertNotEquals(await predict(second), alone);
    assertEquals(memory.since, 2);
    // Another scene, a time that runs backwards and a gap all begin anew.
    for (const change of [{ scene: "b" }, { seconds: 1.5 }, { seconds: 4 }]) {
      memory.forget();
      await predict(first);
      const moment = { ...second.moment!, seconds: 1.6, ...change };
      if (change.seconds === 1.5) await predict({ ...second, moment: { ...moment, seconds: 2 } });
      const begun = await predict({ ...second, moment });
      assertEquals([memory.since, begun], [1, alone]);
    }
    // Features that are there already are not made again.
    memory.forget();
    assertEquals(await predict(model.see(second)), alone);
    assert(model.see(second).bank);
  });
  model.release();
});

gpuTest("a prior may be given; one that does not fit is refused", (gpu) => {
  const model = new GaussianWorld(new Initializer(gpu, 1), small);
  model.setPrior({ shape: [2, 29], data: new Float32Array(58) });
  assertThrows(
    () => model.setPrior({ shape: [2, 28], data: new Float32Array(56) }),
    RangeError,
    "it must be [points, 29]",
  );
  assertThrows(
    () => model.setPrior({ shape: [1, 29], data: new Float32Array(29).fill(NaN) }),
    RangeError,
    "value 0",
  );
  model.release();
});
