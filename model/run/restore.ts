import type { NdArray } from "../../data/formats/nd_array.ts";
import type { RunCheckpoint } from "./checkpoint.ts";
import type { NamedParameter } from "./trainee.ts";

/**
 * Gives parameters their moments. `needed` are the keys that the optimizer had moved already: without
 * their moments a run would take another course.
 */
export function restoreMoments(
  parameters: readonly NamedParameter[],
  needed: readonly string[],
  { file, moments }: Pick<RunCheckpoint, "file" | "moments">,
  hint: string,
): void {
  const missing = needed.filter((key) => !moments[key]);
  if (missing.length) {
    throw Object.assign(
      new RangeError(
        `Cannot go on from "${file}": it holds no moments of the optimizer for ${missing.length} of ${needed.length} trained parameters, "${
          missing[0]
        }" first, and without them the run would take another course`,
      ),
      { hint },
    );
  }
  for (const [key, parameter] of parameters) {
    const saved = moments[key];
    if (!saved) continue;
    const own = parameter.ensureMoments();
    saved.forEach((moment, i) => own[i as 0 | 1].write(fitting(moment, { key, file, parameter })));
  }
}

function fitting(
  { dtype, shape, data }: NdArray,
  { key, file, parameter }: {
    readonly key: string;
    readonly file: string;
    readonly parameter: { readonly shape: readonly number[] };
  },
): Float32Array {
  if (dtype === "float32" && shape.join() === parameter.shape.join()) return data as Float32Array;
  throw new RangeError(
    `Cannot go on from "${file}": a moment of "${key}" is ${dtype} [${shape}], it must be float32 [${parameter.shape}]`,
  );
}
