import type { AnchorModelConfig } from "./anchor_config.ts";
import { backboneTests, checkTests, modelTests } from "./check_config.ts";
import { oneOf, ordered, positive, positives, share, type Test, whole } from "./setting_tests.ts";
import { supervisedBlocks } from "../network/supervised_blocks.ts";

/** Channels of semantics that a splat has room for. */
const MOST_CHANNELS = 21;

/**
 * Throws one RangeError that names every setting with which no model that refines anchors can be made or
 * trained; the other options are the kinds of its parts that there are.
 */
export function checkAnchorConfig(
  config: AnchorModelConfig,
  {
    model,
    labelled = false,
    heads,
    lifters,
    orders = ["v1", "v2"],
    refinements = ["v1", "v2"],
    more = [],
  }: {
    readonly model: string;
    readonly labelled?: boolean | undefined;
    readonly heads: readonly AnchorModelConfig["head"]["kind"][];
    readonly lifters: readonly AnchorModelConfig["lifter"]["kind"][];
    readonly orders?: readonly AnchorModelConfig["encoder"]["order"][];
    readonly refinements?: readonly AnchorModelConfig["encoder"]["refinement"][];
    /** Of settings that only this model has. */
    readonly more?: readonly Test[];
  },
): void {
  // A mixture has no channel for free space.
  const channels = MOST_CHANNELS + Number(config.head.kind !== "additive");
  checkTests([
    ...modelTests(config, { model, labelled, channels }),
    ...semanticTests(config),
    ...exponentTests(config),
    ...lifterTests(config, lifters),
    ...encoderTests(config, orders, refinements),
    ...headTests(config, heads),
    ...companyTests(config),
    ...more,
  ]);
}

function exponentTests({ gaussians: { exponents, opacity }, head }: AnchorModelConfig): Test[] {
  if (!exponents) return [];
  return [
    ordered("gaussians.exponents.u", exponents.u, [0.01, 100]),
    ordered("gaussians.exponents.v", exponents.v, [0.01, 100]),
    ["gaussians.opacity", opacity, opacity, "true, for superquadrics have one"],
    oneOf("head.kind", head.kind, ["superquadric"]),
  ];
}

function semanticTests({ gaussians, task, head }: AnchorModelConfig): Test[] {
  return [
    oneOf("gaussians.semantics", gaussians.semantics, [
      task.classes.length - 1,
      // A mixture keeps free space apart.
      ...(head.kind === "additive" ? [task.classes.length] : []),
    ]),
  ];
}

function lifterTests(
  { lifter, gaussians }: AnchorModelConfig,
  lifters: readonly string[],
): Test[] {
  const kind = oneOf("lifter.kind", lifter.kind, lifters);
  if (lifter.kind !== "sampled") return [kind];
  const fits = Number.isSafeInteger(lifter.count) && lifter.count >= 1 &&
    lifter.count < gaussians.count;
  return [
    kind,
    ["lifter.count", lifter.count, fits, `from 1 to below "gaussians.count", ${gaussians.count}`],
    whole("lifter.bins", lifter.bins, 2),
    ...(lifter.depths ? [ordered("lifter.depths", lifter.depths, [0.01, 10_000])] : []),
    whole("lifter.pointsPerPixel", lifter.pointsPerPixel),
    oneOf("lifter.subset", lifter.subset, ["farthest", "random"]),
    ...backboneTests("lifter.backbone", lifter.backbone),
    whole("lifter.neckChannels", lifter.neckChannels),
    positives("lifter.neckStrides", lifter.neckStrides, 4),
    positive("lifter.downsample", lifter.downsample),
  ];
}

function encoderTests(
  { encoder }: AnchorModelConfig,
  orders: readonly string[],
  refinements: readonly string[],
): Test[] {
  const { embedDims, groups, kernel } = encoder;
  const divides = Number.isSafeInteger(groups) && groups > 0 && embedDims % groups === 0;
  return [
    oneOf("encoder.order", encoder.order, orders),
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
    oneOf("encoder.refinement", encoder.refinement, refinements),
    share("encoder.margin", encoder.margin ?? 1e-4),
    oneOf("encoder.semanticsActivation", encoder.semanticsActivation, ["identity", "softplus"]),
    positives("encoder.unitXyz", encoder.unitXyz, 3),
  ];
}

function headTests({ head, encoder }: AnchorModelConfig, heads: readonly string[]): Test[] {
  return [
    oneOf("head.kind", head.kind, heads),
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

/** Losses of what only some heads and lifters give. */
function companyTests({ loss, head, lifter }: AnchorModelConfig): Test[] {
  return [
    [
      "loss.binary",
      loss.binary,
      head.kind !== "additive" || loss.binary === 0,
      '0, for a head of kind "additive" gives no probability of being occupied',
    ],
    [
      "loss.focal",
      loss.focal,
      loss.focal === 0 || loss.together !== true,
      '0, for "loss.together" is true and its factors are those of one grid',
    ],
    [
      "loss.depth",
      loss.depth,
      lifter.kind === "sampled" || loss.depth === 0,
      `0, for a lifter of kind "${lifter.kind}" has no depth distributions`,
    ],
  ];
}
