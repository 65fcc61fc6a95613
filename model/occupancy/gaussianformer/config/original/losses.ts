import type { OccupancyTask } from "../../../../../data/occupancy/task.ts";
import type { LossConfig } from "../../../config/model_config.ts";
import { DEFAULTS } from "../../../config/defaults.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

/** What the model is like, with which its losses must go together. */
export interface LossCompany {
  readonly task: OccupancyTask;
  /** Whether predictions are probabilities, and one of being occupied is there. */
  readonly probabilistic: boolean;
  /** Whether there are depth distributions. */
  readonly sampled: boolean;
}

/** Losses, and the weights of the classes in the cross-entropy, if they are given. */
export type ReadLosses = LossConfig & { readonly weights: OccupancyTask["weights"] };

type Read = (options: OptionsReader, company: LossCompany) => Partial<ReadLosses>;

/** The losses of the original, by type. */
const LOSSES: Readonly<Record<string, Read>> = {
  OccupancyLoss: occupancyOf,
  PixelDistributionLoss: (options, { sampled }) => {
    if (!sampled) options.refuse("type", "a GaussianLifter has no depth distributions");
    return { pixel: options.number("weight", 1), pixelSigmoid: options.flag("use_sigmoid", true) };
  },
  OccDepthLoss: (options, { sampled }) => {
    if (!sampled) options.refuse("type", "a GaussianLifter has no depth distributions");
    return { depth: options.number("weight", 1) };
  },
  BinaryCrossEntropyLoss: (options, { probabilistic, task: { empty } }) => {
    if (!probabilistic) {
      options.refuse("type", "only use_localaggprob=True gives a probability of being occupied");
    }
    options.expect("empty_label", empty, empty);
    // The original puts the weights into a tensor of booleans, where all but 0 become 1.
    const sides = options.numbers("class_weights", 2, [1, 1]);
    if (sides.includes(0)) options.refuse("class_weights", "neither may be 0 here");
    return { binary: options.number("weight", 1) };
  },
};

/** Reads a MultiLoss. */
export function lossOf(options: OptionsReader, company: LossCompany): ReadLosses {
  options.expect("type", "MultiLoss", "MultiLoss");
  const seen = new Set<string>();
  let read: Partial<ReadLosses> = {};
  for (const loss of options.groups("loss_cfgs")) {
    const type = loss.text("type");
    const known = Object.hasOwn(LOSSES, type) ? LOSSES[type] : undefined;
    if (!known || seen.has(type)) {
      loss.refuse(
        "type",
        known ? "it is there twice" : `known are ${Object.keys(LOSSES).join(", ")}`,
      );
      for (const name of loss.names) loss.raw(name);
      continue;
    }
    seen.add(type);
    loss.expect("input_dict", null, null);
    read = { ...read, ...known(loss, company) };
  }
  if (!seen.has("OccupancyLoss")) {
    options.ledger.refuse(`"${options.at("loss_cfgs")}" has no OccupancyLoss, it must have one`);
  }
  return { ...NOTHING, weights: company.task.weights, ...read };
}

const NOTHING: LossConfig = {
  ...DEFAULTS.loss,
  nll: 0,
  lovasz: 0,
  semScal: 0,
  geoScal: 0,
  focal: 0,
  dice: 0,
  pixel: 0,
  balance: "none",
};

function occupancyOf(
  options: OptionsReader,
  { probabilistic, task }: LossCompany,
): Partial<ReadLosses> {
  const { classes, empty } = task;
  options.expect("num_classes", classes.length, classes.length);
  options.expect("empty_label", empty, empty);
  options.expect("ignore_empty", false, false);
  // Whether predictions are logits follows from the head.
  options.expect("lovasz_use_softmax", !probabilistic, true);
  const total = options.number("weight", 1);
  const shares = options.has("multi_loss_weights") ? options.group("multi_loss_weights") : null;
  const weight = (name: string) => total * (shares?.number(`loss_voxel_${name}_weight`, 1) ?? 1);
  // The focal loss takes the place of the cross-entropy, and its weight.
  const entropy = weight("ce");
  const focal = options.flag("use_focal_loss");
  const factor = focal ? focalFactor(options) : 0;
  const lovasz = options.flag("use_lovasz_loss", true);
  const scal = options.flag("use_sem_geo_scal_loss", true);
  const dice = options.flag("use_dice_loss");
  if (dice && probabilistic) {
    options.refuse(
      "use_dice_loss",
      "the original takes it of logits, not of use_localaggprob=True",
    );
  }
  return {
    nll: focal ? 0 : entropy,
    focal: entropy * factor,
    lovasz: lovasz ? weight("lovasz") : 0,
    // Without an ignore_index that is a label, no voxel is left out.
    lovaszIgnore: lovasz ? options.number("lovasz_ignore", 255) : DEFAULTS.loss.lovaszIgnore,
    semScal: scal ? weight("sem_scal") : 0,
    geoScal: scal ? weight("geo_scal") : 0,
    dice: dice ? 2 * total : 0, // mmsegmentation's own weight
    ...balanceOf(options, task),
  };
}

function focalFactor(options: OptionsReader): number {
  if (!options.has("focal_loss_args")) return 1;
  const focal = options.group("focal_loss_args");
  focal.expect("use_sigmoid", true, true);
  focal.expect("gamma", 2, 2);
  focal.expect("alpha", 0.25, 0.25);
  focal.expect("activated", false, false);
  return focal.number("loss_weight", 1);
}

function balanceOf(options: OptionsReader, task: OccupancyTask): Partial<ReadLosses> {
  if (!options.flag("balance_cls_weight")) return { balance: "none" };
  if (!options.has("manual_class_weight")) {
    if (task.frequencies === null) {
      const why = `nobody counted the voxels of ${task.name} by class`;
      options.refuse(
        "balance_cls_weight",
        why,
        "manual_class_weight gives a weight for each class",
      );
    }
    return { balance: "frequency" };
  }
  const weights = options.numbers("manual_class_weight", task.classes.length);
  if (!weights.every((weight) => weight >= 0 && weight < Infinity) || !weights.some(Boolean)) {
    options.refuse("manual_class_weight", "weights must be 0 or more, one at least above 0");
  }
  return { balance: "manual", weights };
}
