import { readArrays } from "../../../model/operators/run_file.ts";
import type { Arrays } from "../../../model/operators/operator.ts";
import type { RunResult } from "../../../model/occupancy/arrays/run_options.ts";

/** Folder of the whole-model cases of GaussianFormer. */
export const WHOLEMODEL = new URL("../../../../shared/golden/wholemodel/", import.meta.url);

/** Folder of those of superquadrics. */
export const WHOLEMODEL_SQ = new URL("../../../../shared/golden/wholemodel_sq/", import.meta.url);

interface Tolerances {
  outputs: Record<string, { max_abs_err?: number; max_abs?: number; mismatches?: number }>;
  grads: Record<string, { l2: number; l2_err: number; dot_err?: number }>;
  grad_norm: { value?: number; float64?: number };
}

/** A case as it lies on disk. */
export interface WholeModelCase {
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly grads: Arrays;
  readonly tolerance: Tolerances;
  readonly train: {
    loss: number[];
    loss_float32: number[];
    grad_norm_before_clip: number[];
    low_lr_run: { lr_factor: number; loss: number[]; loss_float32: number[] };
  };
}

/** Folder of the cases that go over several key frames. */
export const CLIPS = new URL("../wholemodel_stream/", WHOLEMODEL);

/** Reads all but the weights of a case. */
export function readCase(name: string, folder = WHOLEMODEL): WholeModelCase {
  const at = (file: string) => new URL(`${name}/${file}`, folder).pathname;
  const json = (file: string) => JSON.parse(Deno.readTextFileSync(at(file)));
  return {
    name,
    config: json("config.json"),
    inputs: readArrays(at("inputs.npz")),
    outputs: readArrays(at("outputs.npz")),
    grads: readArrays(at("grads.npz")),
    tolerance: json("tolerance.json"),
    train: json("train.json"),
  };
}

/** Whether a case is there. */
export function caseExists(name: string, folder = WHOLEMODEL): boolean {
  try {
    return Deno.statSync(new URL(`${name}/config.json`, folder)).isFile;
  } catch {
    return false;
  }
}

/** What is wrong with the intermediates, in the order of the case's arrays. */
export function wrongOutputs({ outputs }: RunResult, golden: WholeModelCase): string[] {
  const wrong: string[] = [];
  for (const [name, { shape, data }] of Object.entries(golden.outputs)) {
    const actual = outputs[name];
    if (!actual || actual.shape.join() !== shape.join()) {
      wrong.push(`${name}: ${actual ? `[${actual.shape}], should be [${shape}]` : "missing"}`);
      continue;
    }
    const tolerance = golden.tolerance.outputs[name] ?? {};
    if (name === "final_occ") {
      wrong.push(...wrongClasses(actual.data, golden));
      continue;
    }
    const relative = name.startsWith("loss.") ? 2e-5 * Math.abs(data[0]!) : 0;
    const limit = tolerance.max_abs_err === undefined
      ? 0
      : Math.max(relative, 8 * tolerance.max_abs_err + 2e-6 * tolerance.max_abs!);
    let worst = 0;
    for (let i = 0; i < data.length; i++) {
      const error = Math.abs(actual.data[i]! - data[i]!);
      if (!(error <= worst)) worst = error;
    }
    if (!(worst <= limit)) wrong.push(`${name}: off by ${worst}, at most ${limit} is allowed`);
  }
  return wrong;
}

/** Classes must agree but where the two likeliest are nearly even. */
function wrongClasses(classes: ArrayLike<number>, { outputs }: WholeModelCase): string[] {
  const expected = outputs.final_occ!.data;
  const last = Object.keys(outputs).filter((name) => name.startsWith("pred_occ.")).at(-1)!;
  const scores = outputs[last]!.data;
  const voxels = expected.length;
  let wrong = 0;
  for (let voxel = 0; voxel < voxels; voxel++) {
    const gap = scores[expected[voxel]! * voxels + voxel]! -
      scores[classes[voxel]! * voxels + voxel]!;
    if (Math.abs(gap) > 1e-4) wrong++;
  }
  return wrong ? [`final_occ: ${wrong} voxels differ`] : [];
}

/**
 * What is wrong with the gradients, parameter by parameter. A hidden value within rounding of 0 may
 * fall to either side of a ReLU (in case A the nearest is 2.8e-6 away), which changes what lies before
 * it: with `kinks`, gradients may be off by 3e-2 of their length, as the folder's README allows there.
 */
export function wrongGradients(
  { gradients }: RunResult,
  golden: WholeModelCase,
  { kinks }: { kinks: boolean },
): string[] {
  const { tolerance } = golden;
  const norm = (tolerance.grad_norm.value ?? tolerance.grad_norm.float64)!;
  const wrong: string[] = [];
  for (const [key, { l2, l2_err, dot_err = 0 }] of Object.entries(tolerance.grads)) {
    const small = l2 < 1e-6 * norm;
    const limit = small ? 1e-6 * norm : 8 * l2_err + (kinks ? 3e-2 : 1e-5) * l2;
    const parts = golden.grads[key]
      ? [[key, limit]] as const
      : (["first64", "l2", "tap_l2", "out0", "dot"] as const)
        .filter((part) => golden.grads[`${key}::${part}`])
        .map((part) => {
          const most = part === "dot" ? Math.max(limit, 8 * dot_err + 1e-5 * l2) : limit;
          return [`${key}::${part}`, most] as const;
        });
    if (!parts.length) wrong.push(`${key}: not in the case`);
    for (const [part, most] of parts) {
      const expected = golden.grads[part]!.data;
      const actual = gradients[part]?.data;
      if (!actual || actual.length !== expected.length) {
        wrong.push(`${part}: ${actual?.length ?? "no"} values, should be ${expected.length}`);
        continue;
      }
      let sum = 0;
      for (let i = 0; i < expected.length; i++) sum += (actual[i]! - expected[i]!) ** 2;
      const error = Math.sqrt(sum);
      if (!(error <= most)) wrong.push(`${part}: off by ${error}, at most ${most} is allowed`);
    }
  }
  return wrong;
}

/**
 * What is wrong with the losses of ten steps. They cross borders of cells, boxes and pictures, so that
 * f32 and f64 part visibly: a trend is all that can be compared.
 */
export function wrongLosses(losses: readonly number[], train: WholeModelCase["train"]): string[] {
  const apart = train.loss.map((loss, k) => Math.abs(loss - train.loss_float32[k]!));
  const limit = 4 * Math.max(...apart);
  return train.loss.flatMap((loss, k) => {
    const error = Math.abs(losses[k]! - loss);
    return error <= limit ? [] : [`loss ${k}: off by ${error}, at most ${limit} is allowed`];
  });
}
