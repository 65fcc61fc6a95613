import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import type { Module } from "../../module.ts";
import type { StepRecord } from "./step_log.ts";

/**
 * Says which tensors are not finite: gradients of a step, and the weights or running statistics they
 * come from where these are broken themselves.
 */
export async function describeBroken(
  module: Module,
  { broken, loss }: Pick<StepRecord, "broken" | "loss">,
): Promise<string> {
  const gradients = `${listed(broken, "gradients")} not finite, the loss is ${loss}`;
  const weights = await brokenWeights(module);
  return weights.length ? `${listed(weights, "values")} not finite; ${gradients}` : gradients;
}

/** Throws where a weight or running statistic is not finite, for such a model computes silent nonsense. */
export async function assertFinite(module: Module, cannot: string): Promise<void> {
  const weights = await brokenWeights(module);
  if (weights.length) throw new RangeError(`${cannot}: ${listed(weights, "values")} not finite`);
}

interface Broken {
  readonly key: string;
  readonly count: number;
}

async function brokenWeights(module: Module): Promise<Broken[]> {
  const parameters = [...module.namedParameters()].filter(([, { value }]) => value.size > 0);
  const [first] = parameters;
  if (!first) return [];
  using _scope = first[1].gpu.scope();
  const { broken } = clipNorm(parameters.map(([, { value }]) => value), Infinity);
  const counts = await broken.read("u32");
  return parameters.flatMap(([key], i) => counts[i] ? [{ key, count: counts[i]! }] : []);
}

function listed(broken: readonly Broken[], what: string): string {
  const [{ key, count }] = broken as [Broken];
  const more = broken.length > 1 ? ` and of ${broken.length - 1} more` : "";
  return `${count} ${what} of "${key}"${more} are`;
}
