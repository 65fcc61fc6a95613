import { describeDifferences, type KeyDifferences, type Module } from "../../module.ts";
import type { NamedArray } from "../../module.ts";
import type { TrainedWeights } from "./trained_weights.ts";
import { DERIVED_KEYS } from "./upstream_names.ts";

/** What was taken over from weights to start from, and what was not. */
export interface InitialReport extends KeyDifferences {
  readonly file: string;
  /** Parameters that got a value. */
  readonly loaded: number;
  /** Keys left out because the shapes of some did not fit. */
  readonly dropped: readonly string[];
}

/** What the original leaves out when shapes do not fit: parts that are made for each configuration. */
const DROPPABLE = /img_neck\.|lifter\.anchor/;

/**
 * Gives a model the weights that it has a key for, and tells which keys were left. Where the shapes of
 * some do not fit, everything of the neck and the anchors is left out, as the original does; other
 * misshapen keys, or not one key that fits, are an error.
 */
export function loadInitial(model: Module, { file, weights }: TrainedWeights): InitialReport {
  let used = fromBackbone(weights);
  const dropped: string[] = [];
  let found = model.differences(used, { ignore: DERIVED_KEYS });
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
        fits ? describeDifferences(found) : "it has no key of the model"
      }`,
    );
  }
  return { ...found, misshapen, file, dropped, loaded: model.setParameters(used) };
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

/** Weights of a backbone alone, or of a detector around it, under the names of the whole model. */
function fromBackbone(
  weights: Readonly<Record<string, NamedArray>>,
): Readonly<Record<string, NamedArray>> {
  if ("img_backbone.conv1.weight" in weights) return weights;
  const prefix = ["backbone.", ""].find((prefix) => `${prefix}conv1.weight` in weights);
  if (prefix === undefined) return weights;
  const part = /^(conv1|bn1|layer\d)\./;
  return Object.fromEntries(
    Object.entries(weights).map(([key, tensor]) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : key;
      return [part.test(name) ? `img_backbone.${name}` : key, tensor];
    }),
  );
}
