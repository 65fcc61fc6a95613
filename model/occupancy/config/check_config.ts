import type { ResNetConfig } from "../../backbone/resnet_config.ts";
import { gridProblems, type ModelConfig, type ParameterRules } from "./model_config.ts";
import {
  notNegative,
  numbers,
  oneOf,
  ordered,
  positive,
  positives,
  share,
  type Test,
  whole,
  wholes,
} from "./setting_tests.ts";

/** Throws one RangeError that names every setting that fails its test. */
export function checkTests(tests: Iterable<Test>): void {
  const problems = [...tests].filter(([, , fits]) => !fits).map(([path, value, , wanted]) =>
    `"${path}" is ${JSON.stringify(value)}, it must be ${wanted}`
  );
  if (problems.length) throw new RangeError(`Cannot use the settings: ${problems.join("; ")}`);
}

/**
 * Tests of the settings that every model has; with `labelled`, the grid must be that of the task's
 * labels. `channels` is how many classes a primitive's semantics have room for at most.
 */
export function modelTests(
  config: ModelConfig,
  { model, labelled, channels }: {
    readonly model: string;
    readonly labelled: boolean;
    readonly channels: number;
  },
): Test[] {
  return [
    oneOf("model", config.model, [model]),
    ...imageTests(config),
    ...backboneTests("backbone", config.backbone),
    ...gaussianTests(config),
    ...taskTests(config, channels),
    ...gridTests(config, labelled),
    ...lossTests(config),
    ...optimTests(config),
  ];
}

function imageTests({ image, neck }: ModelConfig): Test[] {
  return [
    whole("image.width", image.width, 32, 16_384),
    whole("image.height", image.height, 32, 16_384),
    oneOf("image.fit", image.fit, ["cover", "pad"]),
    ordered("image.resize", image.resize, [0.01, 100]),
    ordered("image.bottom", image.bottom, [0, 0.99]),
    share("image.evalBottom", image.evalBottom),
    ordered("image.rotate", image.rotate, [-180, 180]),
    oneOf("image.channels", image.channels, ["rgb", "bgr"]),
    numbers("image.mean", image.mean, 3),
    positives("image.deviation", image.deviation, 3),
    oneOf("neck.first", neck.first, [0, 1]),
    oneOf("neck.levels", neck.levels, [4]),
  ];
}

/** Tests of a ResNet's settings. */
export function backboneTests(path: string, backbone: ResNetConfig): Test[] {
  const { stageBlocks, deformable } = backbone;
  return [
    oneOf(`${path}.block`, backbone.block, ["basic", "bottleneck"]),
    oneOf(`${path}.style`, backbone.style, ["pytorch", "caffe"]),
    whole(`${path}.stemChannels`, backbone.stemChannels),
    whole(`${path}.baseChannels`, backbone.baseChannels),
    wholes(`${path}.stageBlocks`, stageBlocks, 4, 1000),
    [`${path}.deformable`, deformable, deformable.length === 4, "4 switches"],
    oneOf(`${path}.frozenStages`, backbone.frozenStages, [-1, 0, 1, 2, 3, 4]),
  ];
}

function gaussianTests({ gaussians: { count, scaleRange } }: ModelConfig): Test[] {
  const [low, high] = scaleRange;
  const ordered = scaleRange.length === 2 && low > 0 && low < high;
  return [
    whole("gaussians.count", count),
    ["gaussians.scaleRange", scaleRange, ordered, "two lengths above 0, the smaller one first"],
  ];
}

function taskTests({ task, loss }: ModelConfig, most: number): Test[] {
  const { classes, empty, ignored, palette, cameras, around, weights, frequencies } = task;
  const labels = classes.length;
  const perClass = (name: string, values: readonly number[] | null, used: boolean): Test => [
    `task.${name}`,
    values,
    values === null ? !used : values.length === labels,
    `${labels} numbers, one a class${used ? ` ("loss.balance" is "${loss.balance}")` : ""}`,
  ];
  const looks = [...around.flat()].sort((a, b) => a - b);
  return [
    ["task.classes", labels, labels >= 2 && labels <= most, `2 to ${most} names`],
    ["task.empty", empty, Number.isInteger(empty) && empty >= 0 && empty < labels, "a class"],
    ["task.ignored", ignored, !ignored.includes(empty), "labels other than the empty one"],
    ["task.palette", palette.length, palette.length === labels, `${labels} colours, one a class`],
    ["task.cameras", cameras, cameras.length >= 1, "one name at least"],
    [
      "task.around",
      around,
      looks.length === cameras.length && looks.every((camera, i) => camera === i),
      `rows in which each of ${cameras.length} cameras stands once, counted from 0`,
    ],
    perClass("weights", weights, loss.balance === "manual"),
    perClass("frequencies", frequencies, loss.balance === "frequency"),
  ];
}

function gridTests(config: ModelConfig, labelled: boolean): Test[] {
  if (labelled) {
    return gridProblems(config).map(([path, value, wanted]): Test => [path, value, false, wanted]);
  }
  const { range, voxel } = config.occupancy;
  const cells = [0, 1, 2].map((axis) => (range[axis + 3]! - range[axis]!) / voxel);
  const whole = range.length === 6 &&
    cells.every((count) => count > 0.5 && Math.abs(count - Math.round(count)) < 1e-6);
  return [
    ["occupancy.range", range, whole, `low and high corner, whole voxels of ${voxel} m apart`],
  ];
}

function lossTests({ loss }: ModelConfig): Test[] {
  const {
    balance,
    pixelSigmoid: _,
    masked: _masked,
    together: _together,
    lovaszIgnore,
    renderShrink,
    renderDeviation,
    renderLift,
    ...weights
  } = loss;
  return [
    oneOf("loss.balance", balance, ["manual", "frequency", "none"]),
    whole("loss.lovaszIgnore", lovaszIgnore, 0),
    ["loss.renderShrink", renderShrink, renderShrink >= 1 && renderShrink <= 64, "from 1 to 64"],
    positive("loss.renderDeviation", renderDeviation),
    notNegative("loss.renderLift", renderLift),
    ...Object.entries(weights).map(([name, weight]) => notNegative(`loss.${name}`, weight)),
  ];
}

function optimTests({ optim }: ModelConfig): Test[] {
  return [
    notNegative("optim.lr", optim.lr),
    ["optim.betas", optim.betas, twoShares(optim.betas), "two numbers from 0 to below 1"],
    positive("optim.eps", optim.eps),
    notNegative("optim.weightDecay", optim.weightDecay),
    notNegative("optim.backboneLr", optim.backboneLr),
    notNegative("optim.backboneDecay", optim.backboneDecay),
    ...ruleTests(optim.rules),
    whole("optim.batch", optim.batch),
    oneOf("optim.schedule", optim.schedule, ["cosine", "multistep"]),
    [
      "optim.milestones",
      optim.milestones,
      optim.milestones.every((step, i) => step >= (optim.milestones[i - 1] ?? 0)),
      "numbers from 0 on, the smaller ones first",
    ],
    notNegative("optim.decayRate", optim.decayRate),
    notNegative("optim.warmupStart", optim.warmupStart),
    positive("optim.clipNorm", optim.clipNorm),
    whole("optim.warmupSteps", optim.warmupSteps, 0),
    notNegative("optim.minLrRatio", optim.minLrRatio),
    whole("optim.steps", optim.steps),
  ];
}

function twoShares(values: readonly number[]): boolean {
  return values.length === 2 && values.every((value) => value >= 0 && value < 1);
}

function ruleTests({ keys, ...factors }: ParameterRules): Test[] {
  const fits = keys.every((rule) =>
    typeof rule?.key === "string" && rule.key !== "" && rule.lr >= 0 && rule.decay >= 0
  );
  return [
    [
      "optim.rules.keys",
      keys,
      fits,
      'a list of {"key": …, "lr": …, "decay": …}, factors 0 or above',
    ],
    ...Object.entries(factors).map(([name, factor]): Test => [
      `optim.rules.${name}`,
      factor,
      factor === null || (typeof factor === "number" && factor >= 0),
      "null or 0 or above",
    ]),
  ];
}
