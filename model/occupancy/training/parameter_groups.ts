import type { Parameter } from "../../../gpu/parameter.ts";
import type { OptimConfig, ParameterRules } from "../config/model_config.ts";

/** A parameter with its key. */
export type NamedParameter = readonly [key: string, parameter: Parameter];

/** Parameters that share a learning rate and a weight decay. */
export interface RatedGroup {
  /** Those that share them. */
  readonly parameters: readonly Parameter[];
  /** Factor of the learning rate. */
  readonly lr: number;
  /** Decoupled weight decay. */
  readonly weightDecay: number;
}

/**
 * Sorts parameters by the rules that MMEngine's optimizer constructor has: the longest word of
 * `rules.keys` that a key contains decides; without one the rules for biases, norms and offsets do.
 * The word "img_backbone" has `backboneLr` and `backboneDecay`.
 */
export function parameterGroups(
  trained: readonly NamedParameter[],
  { backboneLr, backboneDecay, weightDecay, rules }: OptimConfig,
): RatedGroup[] {
  const words = [...rules.keys];
  if (backboneLr !== 1 || backboneDecay !== 1) {
    // The word is looked for anywhere in a key, so the initializer's backbone counts too.
    words.push({ key: "img_backbone", lr: backboneLr, decay: backboneDecay });
  }
  words.sort((a, b) => b.key.length - a.key.length || (a.key < b.key ? -1 : 1));
  const flat = new Set(trained.filter(([, { shape }]) => shape.length === 1).map(([key]) => key));
  const groups = new Map<string, RatedGroup & { parameters: Parameter[] }>();
  for (const [key, parameter] of trained) {
    const { lr, decay } = words.find((word) => key.includes(word.key)) ??
      multipliersOf(key, flat, rules);
    const name = `${lr} ${decay}`;
    const group = groups.get(name) ?? { parameters: [], lr, weightDecay: weightDecay * decay };
    groups.set(name, group);
    group.parameters.push(parameter);
  }
  return [...groups.values()];
}

function multipliersOf(
  key: string,
  flat: ReadonlySet<string>,
  { normDecay, biasLr, biasDecay, flatDecay, offsetLr }: ParameterRules,
): { readonly lr: number; readonly decay: number } {
  const bias = key.endsWith(".bias");
  // Norms alone have a weight of one axis.
  const norm = flat.has(key.replace(/\.bias$/, ".weight")) && /\.(weight|bias)$/.test(key);
  const offset = key.includes("conv_offset.");
  const plainBias = bias && !norm && !offset;
  const lr = (offset ? offsetLr : plainBias ? biasLr : null) ?? 1;
  if (norm && normDecay !== null) return { lr, decay: normDecay };
  if (bias && !offset && biasDecay !== null) return { lr, decay: biasDecay };
  return { lr, decay: flat.has(key) && !offset && flatDecay !== null ? flatDecay : 1 };
}
