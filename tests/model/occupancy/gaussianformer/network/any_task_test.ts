import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../../data/nuscenes/task.ts";
import { maskOf } from "../../../../../data/occupancy/coarsen.ts";
import type { OccupancyTask } from "../../../../../data/occupancy/task.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { backward } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { classesOf } from "../../../../../model/occupancy/network/classes.ts";
import { GaussianFormer } from "../../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { modelLoss } from "../../../../../model/occupancy/training/losses.ts";
import { Initializer } from "../../../../../model/init.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

// One camera, six classes, a grid of its own; free space is the last class, the first or one between.
const NAMES = ["noise", "car", "road", "tree", "wall", "empty"];
const [WIDTH, HEIGHT] = [64, 32];

function taskWith(empty: number): OccupancyTask {
  // Label of the class that is number i where free space is last.
  const moved = (i: number) => i === 5 ? empty : i + Number(i >= empty);
  const classes = NAMES.map((_, label) =>
    NAMES[[0, 1, 2, 3, 4, 5].find((i) => moved(i) === label)!]!
  );
  return {
    ...surroundOcc,
    name: `yard ${empty}`,
    classes,
    empty,
    ignored: [moved(0)],
    palette: surroundOcc.palette.slice(0, 6),
    grid: { dims: [20, 20, 4], voxel: 2, min: [-20, -20, -5] },
    cameras: ["eye"],
    around: [[0]],
    weights: null,
    frequencies: null,
  };
}

function configOf(task: OccupancyTask, preset: GaussianFormerConfig): GaussianFormerConfig {
  const backbone = { ...presets.demo.backbone, stemChannels: 8, baseChannels: 4 };
  return {
    ...preset,
    task,
    backbone,
    image: { ...preset.image, width: WIDTH, height: HEIGHT },
    lifter: presets.demo.lifter,
    gaussians: { ...preset.gaussians, count: 60, scaleRange: [0.5, 2], semantics: 5 },
    encoder: { ...presets.demo.encoder, embedDims: 16, blocks: 1, feedforward: 16, cell: 4 },
    occupancy: { range: [-20, -20, -5, 20, 20, 3], voxel: 2 },
    loss: {
      ...preset.loss,
      ...{ semScal: 0.5, geoScal: 0.5, dice: 1, pixel: 0, balance: "none" },
      lovaszIgnore: task.empty,
    },
  };
}

/** Scores by the names of classes, predicted names, the loss, and how long its gradient is. */
async function seen(gpu: Gpu, config: GaussianFormerConfig) {
  using _scope = gpu.scope();
  const { task } = config;
  const model = new GaussianFormer(new Initializer(gpu, 3), config);
  const truth = Array.from(
    noise(2, 1600, 0, 12),
    (value) => NAMES[Math.min(5, Math.floor(value))]!,
  );
  const labels = Uint32Array.from(truth, (name) => task.classes.indexOf(name));
  const batch = {
    images: Tensor.from(gpu, Float32Array.from(noise(1, 3 * WIDTH * HEIGHT, -2, 2)), [
      ...[1, 3, HEIGHT, WIDTH],
    ]),
    projection: Tensor.from(gpu, [32, -60, 0, 10, 16, 0, -60, 30, 1, 0, 0, 0.2, 0, 0, 0, 1], [
      ...[1, 4, 4],
    ]),
    imageSize: Tensor.from(gpu, [WIDTH, HEIGHT], [1, 2]),
    labels: Tensor.from(gpu, labels),
    mask: Tensor.from(gpu, Uint32Array.from(maskOf(labels, task))),
  };
  const occupancy = model.forward(batch);
  const scores = await occupancy.probabilities.retain().read("f32");
  const classes = await classesOf(
    { scores: occupancy.probabilities, occupied: occupancy.occupied?.retain() ?? null },
    config,
  ).read("u32");
  const loss = modelLoss(occupancy, batch, config, { classWeights: null }).retain();
  backward(loss);
  const gradients = await Promise.all(
    model.trainableParameters().map(([, { gradient }]) => gradient!.read("f32")),
  );
  const result = {
    scores: NAMES.map((name) => {
      const row = task.classes.indexOf(name);
      return scores.slice(1600 * row, 1600 * (row + 1));
    }),
    names: Array.from(classes, (label) => task.classes[label]!),
    loss: (await loss.read("f32"))[0]!,
    length: Math.sqrt(
      gradients.reduce((sum, values) => sum + values.reduce((part, x) => part + x * x, 0), 0),
    ),
  };
  model.release();
  return result;
}

const prob = presets["prob/nuscenes_gs6400"];
const HEADS: Record<string, GaussianFormerConfig> = {
  "sums with a Gaussian for free space": presets.nuscenes_gs25600_solid,
  "a mixture": prob,
  "a mixture with occupancy apart": {
    ...prob,
    head: { ...prob.head, combine: false } as GaussianFormerConfig["head"],
  },
};
for (const [name, preset] of Object.entries(HEADS)) {
  gpuTest(`${name}: the order of classes changes nothing but their labels`, async (gpu) => {
    const last = await seen(gpu, configOf(taskWith(5), preset));
    // At its start the Gaussian for free space outweighs all others.
    const least = preset.head.kind === "additive" ? 1 : 2;
    assertEquals(last.names.includes("empty") && new Set(last.names).size >= least, true);
    for (const empty of [0, 3]) {
      const other = await seen(gpu, configOf(taskWith(empty), preset));
      other.scores.forEach((scores, i) => assertClose(scores, last.scores[i]!, { atol: 1e-6 }));
      assertEquals(other.names, last.names);
      assertClose([other.loss, other.length], [last.loss, last.length], { atol: 0, rtol: 1e-5 });
    }
  });
}
