import { assert, assertEquals, assertThrows } from "@std/assert";
import { invertRigid, matrixFromPose, multiply4 } from "../../../../../data/occupancy/rigid.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { noGradient } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { Initializer } from "../../../../../model/init.ts";
import type {
  CameraBatch,
  Memory,
} from "../../../../../model/occupancy/network/occupancy_network.ts";
import { superOccPresets } from "../../../../../model/occupancy/superocc/config/presets.ts";
import { SuperOcc } from "../../../../../model/occupancy/superocc/network/superocc.ts";
import { assertClose, gpuTest, noiseArray } from "../../../../support.ts";

const demo = superOccPresets["superocc/demo"];
const [CAMERAS, WIDTH, HEIGHT] = [6, 64, 36];
const TINY = {
  ...demo,
  image: { ...demo.image, width: WIDTH, height: HEIGHT },
  backbone: { ...demo.backbone, stemChannels: 8, baseChannels: 8 },
  gaussians: { ...demo.gaussians, count: 60 },
  queries: { ...demo.queries, count: 30, propagated: 20, frames: 3 },
  decoder: { ...demo.decoder, embedDims: 16, refines: [1, 2], heads: 2, feedforward: 32 },
  occupancy: { ...demo.occupancy, voxel: 4 },
};

/** Where the car is at each moment: it drives on and turns a little. */
const poses = [0, 1, 2].map((t) =>
  matrixFromPose({
    rotation: [Math.cos(0.05 * t), 0, 0, Math.sin(0.05 * t)],
    translation: [2 * t, 0.3 * t, 0],
  })
);

/** Cameras in the car that look all around: the car's frame to pixels. */
function rig(): Float64Array[] {
  return Array.from({ length: CAMERAS }, (_, i) => {
    const [cos, sin] = [Math.cos(i * Math.PI / 3), Math.sin(i * Math.PI / 3)];
    const f = 40;
    return Float64Array.from([
      ...[f * sin + WIDTH / 2 * cos, -f * cos + WIDTH / 2 * sin, 0, 0],
      ...[HEIGHT / 2 * cos, HEIGHT / 2 * sin, -f, 0],
      ...[cos, sin, 0, 0],
      ...[0, 0, 0, 1],
    ]);
  });
}

const pictures = [0, 1, 2].map((t) =>
  Float32Array.from(noiseArray(20 + t, [CAMERAS, 3, HEIGHT, WIDTH], -2, 2).data)
);

/** A key frame with its own pictures, or with those of all moments that the model looks at. */
function keyFrame(
  gpu: Gpu,
  t: number,
  { worlds = poses, all = false, memory }: {
    worlds?: readonly Float64Array[];
    all?: boolean;
    memory: Memory | null;
  },
): CameraBatch {
  const shown = all ? [t, t - 1, t - 2].map((moment) => Math.max(0, moment)) : [t];
  const projection = shown.flatMap((moment) =>
    rig().flatMap((camera) => [
      ...multiply4(camera, invertRigid(poses[moment]!), poses[t]!),
    ])
  );
  const images = new Float32Array(shown.length * pictures[0]!.length);
  shown.forEach((moment, i) => images.set(pictures[moment]!, i * pictures[0]!.length));
  const count = shown.length * CAMERAS;
  const sizes = Array.from({ length: 2 * count }, (_, i) => i % 2 ? HEIGHT : WIDTH);
  return {
    images: Tensor.from(gpu, images, [count, 3, HEIGHT, WIDTH]),
    projection: Tensor.from(gpu, projection, [count, 4, 4]),
    imageSize: Tensor.from(gpu, sizes, [count, 2]),
    uniforms: Tensor.from(gpu, Float32Array.from(noiseArray(30 + t, [30], 0, 1).data)),
    moment: { scene: "a", seconds: 0.5 * t, worldFromFrame: worlds[t]! },
    memory,
  };
}

/** Predictions of three key frames, each given what the one before it kept. */
async function predictions(
  gpu: Gpu,
  model: SuperOcc,
  options: { worlds?: readonly Float64Array[]; all?: boolean; forget?: boolean } = {},
): Promise<Float32Array[]> {
  let memory: Memory | null = null;
  const made: Float32Array[] = [];
  for (const t of [0, 1, 2]) {
    const batch = keyFrame(gpu, t, { ...options, memory: options.forget ? null : memory });
    const result = noGradient(gpu, () => model.forward(batch));
    made.push(await result.probabilities.read("f32"));
    memory = result.memory!;
  }
  return made;
}

/** A network whose random weights do something: offsets and matrices of their own for each query. */
function network(gpu: Gpu): SuperOcc {
  const init = new Initializer(gpu, 5);
  const model = new SuperOcc(init, TINY);
  for (const [key, parameter] of model.namedParameters()) {
    if (!/(sampling_offset|parameter_generator|gen_tau|gamma|beta)\.weight/.test(key)) continue;
    const size = parameter.value.size;
    parameter.set(Float32Array.from({ length: size }, () => 0.2 * init.nextNormal()));
  }
  model.train(false);
  return model;
}

gpuTest(
  "features of earlier pictures are remembered as they would be computed again",
  async (gpu) => {
    const model = network(gpu);
    const online = await predictions(gpu, model);
    const offline = await predictions(gpu, model, { all: true });
    online.forEach((made, t) => assertClose(made, offline[t]!, { atol: 2e-4, rtol: 1e-3 }, `${t}`));
    // And they matter: without a memory the later key frames come out otherwise.
    const apart = await predictions(gpu, model, { forget: true });
    assertEquals([...apart[0]!.slice(0, 500)], [...online[0]!.slice(0, 500)]);
    assert(apart[2]!.some((value, i) => Math.abs(value - online[2]![i]!) > 1e-2));
    model.release();
  },
);

gpuTest("a stream does not depend on where the world begins", async (gpu) => {
  const model = network(gpu);
  const shift = matrixFromPose({ rotation: [0.8, 0, 0, 0.6], translation: [700, -1300, 4] });
  const worlds = poses.map((pose) => multiply4(shift, pose));
  const here = await predictions(gpu, model);
  const there = await predictions(gpu, model, { worlds });
  here.forEach((made, t) => assertClose(there[t]!, made, { atol: 2e-4, rtol: 1e-3 }, `${t}`));
  model.release();
});

gpuTest("SuperOcc takes the pictures of one moment, or of all", (gpu) => {
  const model = network(gpu);
  const { images, projection, imageSize } = keyFrame(gpu, 2, { all: true, memory: null });
  const two = { images, projection: projection.window(0, 12), imageSize: imageSize.window(0, 12) };
  assertThrows(
    () => model.forward(two),
    RangeError,
    "Cannot run SuperOcc: 12 pictures, it takes those of 6 cameras or 18 of 3 moments",
  );
  model.release();
});

gpuTest("a threshold makes a voxel empty unless a class reaches it", async (gpu) => {
  const model = new SuperOcc(new Initializer(gpu, 1), {
    ...TINY,
    head: { ...TINY.head, threshold: 0.25 },
  });
  const scores = new Float32Array(18 * 3);
  // The best class: exactly at the threshold beside a likelier empty one, just below it, above it.
  [0.25, 0.2499999, 0.6].forEach((score, voxel) => scores[3 * 4 + voxel] = score);
  [0.75, 0.7, 0.1].forEach((score, voxel) => scores[3 * 17 + voxel] = score);
  const classes = model.classes({ probabilities: Tensor.from(gpu, scores, [18, 3]) });
  assertEquals([...await classes.read()], [4, 17, 4]);
  model.release();
});

gpuTest(
  "SuperOcc starts at its initial points, as logits for pictures and in metres for its loss",
  async (gpu) => {
    const model = network(gpu);
    const points = model.ptsBboxHead.initPoints.weight;
    const own = await points.value.read("f32");
    // Initial points are learned without bounds.
    own[0] = 1.3;
    points.set(own);
    const { anchor, initialPoints } = noGradient(
      gpu,
      () => model.forward(keyFrame(gpu, 0, { memory: null })),
    );
    const { range } = TINY.occupancy;
    const metres = (fraction: number, i: number) =>
      range[i % 3]! + fraction * (range[3 + i % 3]! - range[i % 3]!);
    assertClose(await initialPoints.read("f32"), own.map(metres), { atol: 1e-4 });
    const logits = await anchor.read("f32");
    assertEquals([...anchor.shape], [30, 3]);
    assertClose(
      logits.map((logit) => 1 / (1 + Math.exp(-logit))),
      own.map((fraction) => Math.min(1 - 1e-4, Math.max(1e-4, fraction))),
      { atol: 1e-5 },
    );
    model.release();
  },
);
