import { readArrays } from "../../../model/operators/run_file.ts";
import type { Arrays, HostArray } from "../../../model/operators/operator.ts";
import { originalConfig } from "../../../model/occupancy/config/original_config.ts";
import { readWeights } from "../../../model/weights_file.ts";
import type { ModelInputs, RunResult } from "../../../model/occupancy/arrays/run_options.ts";

/** Cases of SuperOcc. */
export const CASES = ["SA", "SB"];

/** Folder of the superquadric cases. */
const WHOLEMODEL_SQ = new URL("../../../../shared/golden/wholemodel_sq/", import.meta.url);

interface Frame {
  readonly outputs: Record<string, { max_abs_err?: number; max_abs?: number }>;
  readonly grads: Record<string, { l2: number; l2_err: number; dot: number; dot_err: number }>;
}

/** A case of several key frames as it lies on disk. */
export interface FramesCase {
  readonly config: Record<string, unknown>;
  readonly inputs: Arrays;
  /** Arrays of each frame. */
  readonly outputs: readonly Arrays[];
  /** Gradients of the frames that have them. */
  readonly grads: Readonly<Record<number, Arrays>>;
  readonly frames: readonly Frame[];
  readonly train: {
    readonly loss: readonly number[];
    readonly loss_float32: readonly number[];
    readonly low_lr_run: { readonly lr_factor: number; readonly loss: readonly number[] };
  };
}

/** Reads all but the weights of a case; null where it is not there. */
export function readFrames(name: string): FramesCase | null {
  const folder = new URL(`${name}/`, WHOLEMODEL_SQ);
  const at = (file: string) => new URL(file, folder).pathname;
  let files: string[];
  try {
    files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const json = (file: string) => JSON.parse(Deno.readTextFileSync(at(file)));
  const tolerance = json("tolerance.json");
  const outputs = files.filter((file) => /^outputs_t\d+\.npz$/.test(file));
  const grads = files.flatMap((file) => {
    const frame = file.match(/^grads_t(\d+)\.npz$/)?.[1];
    return frame === undefined ? [] : [[Number(frame), readArrays(at(file))] as const];
  });
  return {
    config: json("config.json"),
    inputs: readArrays(at("inputs.npz")),
    outputs: outputs.map((file) => readArrays(at(file))),
    grads: Object.fromEntries(grads),
    frames: outputs.map((_, t) => ({ outputs: tolerance.outputs[t], grads: tolerance.grads[t] })),
    train: json("train.json"),
  };
}

/** Settings, weights and inputs of a case. */
export function startOf(name: string, { config, inputs }: FramesCase): ModelInputs {
  const weights = readWeights(new URL(`${name}/state_dict.pth`, WHOLEMODEL_SQ).pathname);
  return { config: originalConfig(config), weights, inputs };
}

/** What is wrong with the intermediates, frame by frame. */
export function wrongOutputs({ outputs }: RunResult, golden: FramesCase): string[] {
  return golden.outputs.flatMap((arrays, t) =>
    Object.entries(arrays).flatMap(([name, expected]) => {
      const key = `frame${t}.${name}`;
      const wrong = wrongArray(outputs[key], expected, limitOf(name, expected, golden.frames[t]!));
      return wrong ? [`${key}: ${wrong}`] : [];
    })
  );
}

function limitOf(name: string, { data }: HostArray, { outputs }: Frame): number {
  const { max_abs_err, max_abs = 0 } = outputs[name] ?? {};
  const relative = name.startsWith("loss.") ? 2e-5 * Math.abs(data[0]!) : 0;
  return max_abs_err === undefined ? 0 : Math.max(relative, 8 * max_abs_err + 2e-6 * max_abs);
}

function wrongArray(actual: HostArray | undefined, { shape, data }: HostArray, limit: number) {
  if (!actual) return "missing";
  if (actual.shape.join() !== shape.join()) return `[${actual.shape}], should be [${shape}]`;
  let worst = 0;
  for (let i = 0; i < data.length; i++) {
    const error = Math.abs(actual.data[i]! - data[i]!);
    if (!(error <= worst)) worst = error;
  }
  return worst <= limit ? null : `off by ${worst}, at most ${limit} is allowed`;
}

/**
 * What is wrong with the gradients, frame by frame and parameter by parameter: of all frames the length
 * and the product with cos(0.7 i), of those that have arrays these too.
 */
export function wrongGradients({ gradients }: RunResult, golden: FramesCase): string[] {
  return golden.frames.flatMap(({ grads }, t) => {
    const norm = Math.hypot(...Object.values(grads).map(({ l2 }) => l2));
    return Object.entries(grads).flatMap(([key, { l2, l2_err, dot, dot_err }]) => {
      const actual = gradients[`frame${t}.${key}`]?.data;
      if (!actual) return [`frame${t}.${key}: missing`];
      const small = l2 < 1e-6 * norm ? 1e-6 * norm : 0;
      const limit = Math.max(small, 8 * l2_err + 1e-5 * l2);
      const [length, product] = summaryOf(actual);
      const wrong: string[] = [];
      const compare = (what: string, error: number, most: number) => {
        if (!(error <= most)) {
          wrong.push(`frame${t}.${key}: ${what} off by ${error}, at most ${most}`);
        }
      };
      // tolerance.json has four digits of each number.
      compare("length", Math.abs(length - l2), limit + 5e-4 * l2);
      const apart = Math.max(small, 8 * dot_err + 1e-5 * l2) + 5e-4 * Math.abs(dot);
      compare("product", Math.abs(product - dot), apart);
      const arrays = golden.grads[t];
      const expected = arrays?.[key] ?? arrays?.[`${key}::first64`];
      if (expected) {
        let sum = 0;
        for (let i = 0; i < expected.data.length; i++) {
          sum += (actual[i]! - expected.data[i]!) ** 2;
        }
        compare("numbers", Math.sqrt(sum), limit);
      } else if (arrays) wrong.push(`frame${t}.${key}: not in the case`);
      return wrong;
    });
  });
}

function summaryOf(data: ArrayLike<number>): [length: number, product: number] {
  let [squares, product] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    squares += data[i]! ** 2;
    product += data[i]! * Math.cos(0.7 * (i + 1));
  }
  return [Math.sqrt(squares), product];
}

/** What is wrong with the losses of ten steps, a trend: f32 and f64 part visibly. */
export function wrongLosses(losses: readonly number[], { train }: FramesCase): string[] {
  const limit = 4 *
    Math.max(...train.loss.map((loss, k) => Math.abs(loss - train.loss_float32[k]!)));
  return train.loss.flatMap((loss, k) => {
    const error = Math.abs(losses[k]! - loss);
    return error <= limit ? [] : [`loss ${k}: off by ${error}, at most ${limit} is allowed`];
  });
}
