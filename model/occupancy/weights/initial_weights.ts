import {
  describeDifferences,
  type KeyDifferences,
  type Module,
  type NamedArray,
} from "../../module.ts";
import type { Stage } from "../training/staged_model.ts";
import type { TrainedWeights } from "./trained_weights.ts";
import { DERIVED_KEYS } from "./derived_keys.ts";

/** What was taken over from weights to start from, and what was not. */
export interface InitialReport extends KeyDifferences {
  /** Path of the weights. */
  readonly file: string;
  /** Parameters that got a value. */
  readonly loaded: number;
  /** Keys left out because the shapes of some did not fit. */
  readonly dropped: readonly string[];
}

type Weights = Readonly<Record<string, NamedArray>>;

/** What the original leaves out when shapes do not fit: parts that are made for each configuration. */
const DROPPABLE = /img_neck\.|lifter\.anchor/;

/**
 * Gives a model the weights that it has a key for, and tells which keys were left. Where the shapes of
 * some do not fit, everything of the neck and the anchors is left out, as the original does; other
 * misshapen keys, or not one key that fits, are an error.
 */
export function loadInitial(
  model: Module,
  { file, weights }: TrainedWeights,
  stage: Stage = "model",
): InitialReport {
  let used = stage === "model" ? ofModel(weights) : ofInitializer(weights);
  const dropped: string[] = [];
  const whole = model.differences(used, { ignore: DERIVED_KEYS });
  let found = whole;
  const misshapen = found.misshapen;
  if (misshapen.length) {
    const kept = Object.entries(used).filter(([key]) =>
      DROPPABLE.test(key) ? void dropped.push(key) : true
    );
    used = Object.fromEntries(kept);
    found = model.differences(used, { ignore: DERIVED_KEYS });
  }
  const fits = [...model.namedParameters()].some(([key]) => Object.hasOwn(used, key));
  if (found.misshapen.length || !fits) {
    throw new RangeError(
      `Cannot start from "${file}": ${
        fits ? describeDifferences(whole) : "it has no key of the model"
      }`,
    );
  }
  // What was left out is there, though it is not in the model.
  const missing = found.missing.filter((key) => !dropped.includes(key));
  return { ...found, missing, misshapen, file, dropped, loaded: model.setParameters(used) };
}

/** One line that tells what a model started from. */
export function describeInitial(report: InitialReport): string {
  const { file, loaded, dropped } = report;
  const rest = describeDifferences(report);
  const left = dropped.length
    ? `; ${dropped.length} keys of the neck and the anchors left out`
    : "";
  return `${loaded} parameters from "${file}"${rest ? `; ${rest}` : ""}${left}`;
}

/** Weights of a backbone alone, under the names that the depth network's backbone has in the model. */
export function forDepthNetwork({ weights, ...rest }: TrainedWeights): TrainedWeights {
  return { ...rest, weights: fromBackbone(weights, "lifter.initialize_backbone.img_backbone.") };
}

/** The depth network's keys, relative to the lifter as the original saves them. */
const INITIALIZER = /^(initialize_backbone|projection)\./;

/** Weights under the names of the whole model: also those of a backbone or of a lifter alone. */
function ofModel(weights: Weights): Weights {
  // The original leaves out a lifter's anchors and features, which belong to another model.
  return Object.keys(weights).some((key) => INITIALIZER.test(key))
    ? renamed(weights, (key) => INITIALIZER.test(key) ? `lifter.${key}` : null)
    : fromBackbone(weights, "img_backbone.");
}

/** Weights under the names of the depth network: also those of a backbone or of a whole model. */
function ofInitializer(weights: Weights): Weights {
  const keys = Object.keys(weights);
  if (keys.some((key) => INITIALIZER.test(key))) {
    return renamed(weights, (key) => INITIALIZER.test(key) ? key : null);
  }
  const inside = (key: string) => key.replace(/^lifter\./, "");
  return keys.some((key) => key !== inside(key) && INITIALIZER.test(inside(key)))
    ? renamed(weights, (key) => INITIALIZER.test(inside(key)) ? inside(key) : null)
    : fromBackbone(weights, "initialize_backbone.img_backbone.");
}

/** Weights of a backbone alone, or of a detector around it, under the prefix of the one trained. */
function fromBackbone(weights: Weights, prefix: string): Weights {
  const found = ["img_backbone.", "backbone.", ""]
    .find((found) => `${found}conv1.weight` in weights);
  if (found === undefined || found === prefix) return weights;
  const part = /^(conv1|bn1|layer\d)\./;
  return renamed(weights, (key) => {
    const name = key.startsWith(found) ? key.slice(found.length) : key;
    return part.test(name) ? prefix + name : key;
  });
}

/** Weights by other names; those without one are left out. */
function renamed(weights: Weights, rename: (key: string) => string | null): Weights {
  const entries = Object.entries(weights).flatMap(([key, tensor]) => {
    const name = rename(key);
    return name === null ? [] : [[name, tensor] as const];
  });
  return Object.fromEntries(entries);
}
