import type { ResNetConfig } from "../../../backbone/resnet_config.ts";
import { type GaussianFormerConfig, gridProblems, type ParameterRules } from "./config.ts";
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
import { supervisedBlocks } from "../../network/supervised_blocks.ts";

/**
 * Throws one RangeError that names every setting with which no model can be made or trained; with
 * `labelled`, those too whose grid is not that of the task's labels.
 */
export function checkConfig(
  config: GaussianFormerConfig,
  { labelled = false }: { readonly labelled?: boolean } = {},
): void {
  const problems = [...problemsOf(config, labelled)];
  if (problems.length) throw new RangeError(`Cannot use the settings: ${problems.join("; ")}`);
}

/** Channels of semantics that a splat has room for. */
const MOST_CHANNELS = 21;

function* problemsOf(config: GaussianFormerConfig, labelled: boolean): Generator<string> {
  const tests: Test[] = [
    ...imageTests(config),
    ...backboneTests("backbone", config.backbone),
    ...gaussianTests(config),
    ...lifterTests(config),
    ...encoderTests(config),
    ...taskTests(config),
    ...gridTests(config, labelled),
    ...lossTests(config),
    ...optimTests(config),
  ];
  for (const [path, value, fits, wanted] of tests) {
    if (!fits) yield `"${path}" is ${JSON.stringify(value)}, it must be ${wanted}`;
  }
}

function imageTests({ image, neck, model }: GaussianFormerConfig): Test[] {
  return [
    oneOf("model", model, ["gaussianformer"]),
    whole("image.width", image.width, 32, 16_384),
    whole("image.height", image.height, 32, 16_384),
    ordered("image.resize", image.resize, [0.01, 100]),
    ordered("image.bottom", image.bottom, [0, 0.99]),
    share("image.evalBottom", image.evalBottom),
    ordered("image.rotate", image.rotate, [-180, 180]),
    oneOf("image.channels", image.channels, ["rgb", "bgr"]),
    numbers("image.mean", image.mean, 3),
    positives("image.deviation", image.deviation, 3),
    oneOf("neck.levels", neck.levels, [4]),
  ];
}

function backboneTests(path: string, backbone: ResNetConfig): Test[] {
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

function gaussianTests({ gaussians, task, head }: GaussianFormerConfig): Test[] {
  const { count, scaleRange, semantics } = gaussians;
  const [low, high] = scaleRange;
  const ordered = scaleRange.length === 2 && low > 0 && low < high;
  return [
    whole("gaussians.count", count),
    ["gaussians.scaleRange", scaleRange, ordered, "two lengths above 0, the smaller one first"],
    oneOf("gaussians.semantics", semantics, [
      task.classes.length - 1,
      // A mixture keeps free space apart.
      ...(head.kind === "additive" ? [task.classes.length] : []),
    ]),
  ];
}

function lifterTests({ lifter, gaussians }: GaussianFormerConfig): Test[] {
  if (lifter.kind !== "sampled") return [oneOf("lifter.kind", lifter.kind, ["learned", "sampled"])];
  const fits = Number.isSafeInteger(lifter.count) && lifter.count >= 1 &&
    lifter.count < gaussians.count;
  return [
    ["lifter.count", lifter.count, fits, `from 1 to below "gaussians.count", ${gaussians.count}`],
    whole("lifter.bins", lifter.bins, 2),
    whole("lifter.pointsPerPixel", lifter.pointsPerPixel),
    oneOf("lifter.subset", lifter.subset, ["farthest", "random"]),
    ...backboneTests("lifter.backbone", lifter.backbone),
    whole("lifter.neckChannels", lifter.neckChannels),
    positives("lifter.neckStrides", lifter.neckStrides, 4),
    positive("lifter.downsample", lifter.downsample),
  ];
}

function encoderTests({ encoder }: GaussianFormerConfig): Test[] {
  const { embedDims, groups, kernel } = encoder;
  const divides = Number.isSafeInteger(groups) && groups > 0 && embedDims % groups === 0;
  return [
    oneOf("encoder.order", encoder.order, ["v1", "v2"]),
    whole("encoder.embedDims", embedDims),
    ["encoder.groups", groups, divides, `a divisor of "encoder.embedDims", ${embedDims}`],
    whole("encoder.blocks", encoder.blocks, 1, 1000),
    oneOf("encoder.residual", encoder.residual, ["cat", "add", "none"]),
    whole("encoder.feedforward", encoder.feedforward),
    share("encoder.dropout", encoder.dropout),
    share("encoder.attentionDropout", encoder.attentionDropout),
    whole("encoder.learnedPoints", encoder.learnedPoints, 0),
    positive("encoder.cell", encoder.cell),
    [
      "encoder.kernel",
      kernel,
      kernel > 0 && kernel < 32 && kernel % 2 === 1,
      "an odd whole number to 31",
    ],
    whole("encoder.convolutions", encoder.convolutions, 0, 1000),
    oneOf("encoder.duplicates", encoder.duplicates, ["native", "gather"]),
    oneOf("encoder.refinement", encoder.refinement, ["v1", "v2"]),
    oneOf("encoder.semanticsActivation", encoder.semanticsActivation, ["identity", "softplus"]),
    positives("encoder.unitXyz", encoder.unitXyz, 3),
  ];
}

function taskTests({ task, loss, head }: GaussianFormerConfig): Test[] {
  const { classes, empty, ignored, palette, cameras, around, weights, frequencies } = task;
  const labels = classes.length;
  const perClass = (name: string, values: readonly number[] | null, used: boolean): Test => [
    `task.${name}`,
    values,
    values === null ? !used : values.length === labels,
    `${labels} numbers, one a class${used ? ` ("loss.balance" is "${loss.balance}")` : ""}`,
  ];
  const looks = [...around.flat()].sort((a, b) => a - b);
  // A mixture has no channel for free space.
  const most = MOST_CHANNELS + Number(head.kind === "probabilistic");
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

function gridTests(config: GaussianFormerConfig, labelled: boolean): Test[] {
  const { head, encoder, occupancy: { range, voxel } } = config;
  const cells = [0, 1, 2].map((axis) => (range[axis + 3]! - range[axis]!) / voxel);
  const whole = range.length === 6 &&
    cells.every((count) => count > 0.5 && Math.abs(count - Math.round(count)) < 1e-6);
  return [
    ...(labelled
      ? gridProblems(config).map(([path, value, wanted]): Test => [path, value, false, wanted])
      : [
        [
          "occupancy.range",
          range,
          whole,
          `low and high corner, whole voxels of ${voxel} m apart`,
        ] as const,
      ]),
    oneOf("head.kind", head.kind, ["additive", "probabilistic"]),
    positive("head.scaleMultiplier", head.scaleMultiplier),
    ...(head.kind === "probabilistic" ? [share("head.threshold", head.threshold ?? 0.5)] : []),
    [
      "head.supervised",
      head.supervised,
      supervises(head.supervised, encoder.blocks),
      `"all", "random_N" or "fixed_I_J" within ${encoder.blocks} blocks`,
    ],
  ];
}

function supervises(rule: string, blocks: number): boolean {
  try {
    return supervisedBlocks(rule, blocks, { training: true, random: () => 0 }).length > 0;
  } catch {
    return false;
  }
}

function lossTests({ loss, head, lifter }: GaussianFormerConfig): Test[] {
  const { balance, pixelSigmoid: _, masked: _masked, lovaszIgnore, ...weights } = loss;
  const mixes = head.kind === "probabilistic";
  const draws = lifter.kind === "sampled";
  return [
    oneOf("loss.balance", balance, ["manual", "frequency", "none"]),
    whole("loss.lovaszIgnore", lovaszIgnore, 0),
    [
      "loss.binary",
      loss.binary,
      mixes || loss.binary === 0,
      '0, for a head of kind "additive" gives no probability of being occupied',
    ],
    [
      "loss.depth",
      loss.depth,
      draws || loss.depth === 0,
      `0, for a lifter of kind "${lifter.kind}" has no depth distributions`,
    ],
    ...Object.entries(weights).map(([name, weight]) => notNegative(`loss.${name}`, weight)),
  ];
}

function optimTests({ optim }: GaussianFormerConfig): Test[] {
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
