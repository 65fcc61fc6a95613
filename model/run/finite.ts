import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { clipNorm } from "../../gpu/optim/clip_norm.ts";

/** How many values of a tensor are NaN or infinite. */
export interface BrokenTensor {
  readonly key: string;
  readonly count: number;
}

/**
 * Throws where a weight, running statistic or first moment is not finite, for such a model computes
 * silent nonsense. A second moment is infinite where a gradient was beyond 1.8e19: its value rests.
 */
export async function assertFinite(
  parameters: Iterable<readonly [string, Parameter]>,
  cannot: string,
): Promise<void> {
  const broken = await brokenValues(parameters);
  if (broken.length) throw new RangeError(`${cannot}: ${listBroken(broken, "values")} not finite`);
}

/** The tensors of parameters, first moments included, that hold values that are not finite. */
export async function brokenValues(
  parameters: Iterable<readonly [string, Parameter]>,
): Promise<BrokenTensor[]> {
  const tensors: [string, Tensor][] = [];
  for (const [key, { value, moments }] of parameters) {
    if (!value.size) continue;
    tensors.push([key, value]);
    if (moments) tensors.push([`first moment of ${key}`, moments[0]]);
  }
  const [first] = tensors;
  if (!first) return [];
  using _scope = first[1].gpu.scope();
  const { broken } = clipNorm(tensors.map(([, tensor]) => tensor), Infinity);
  const counts = await broken.read("u32");
  return tensors.flatMap(([key], i) => counts[i] ? [{ key, count: counts[i]! }] : []);
}

/** Says which tensors are broken, as far as they fit a line; "… are" is what it ends with. */
export function listBroken(broken: readonly BrokenTensor[], what: string): string {
  const named = broken.slice(0, 3).map(({ key, count }) => `${count} ${what} of "${key}"`);
  const more = broken.length > 3 ? ` and of ${broken.length - 3} more` : "";
  return `${named.join(", ")}${more} are`;
}
