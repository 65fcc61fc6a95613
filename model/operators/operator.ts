import type { Gpu } from "../../gpu/device.ts";
import { Tensor } from "../../gpu/tensor.ts";

/** An array on the host, as a reader of npz files gives it; row-major. */
export interface HostArray {
  /** Extents, outermost first. */
  readonly shape: readonly number[];
  /** The numbers. */
  readonly data: ArrayLike<number>;
}

/** Arrays by the key names of the golden files. */
export type Arrays = Readonly<Record<string, HostArray>>;

/** What an operator expects under one key: its axes as names (equal wherever they recur) or numbers. */
export interface ArraySpec {
  readonly axes: readonly (string | number)[];
  /** Integer arrays are checked to hold whole numbers. */
  readonly integer?: boolean;
  readonly optional?: boolean;
}

/** An operator that can be run on arrays from a file: `op run NAME IN.npz OUT.npz`. */
export interface Operator {
  readonly name: string;
  readonly summary: string;
  readonly inputs: Readonly<Record<string, ArraySpec>>;
  /** For an operator of several parts: the one that these arrays are for. */
  readonly part?: (inputs: Arrays) => Operator;
  /** Runs forward, and backward where the upstream gradients are among the inputs. */
  run(gpu: Gpu, inputs: Arrays): Promise<Record<string, HostArray>>;
}

/** The numbers of an array of few, such as a size or a colour. */
export function fewNumbers({ data }: HostArray): number[] {
  // boxed: one operator's settings
  return Array.from(data);
}

/** Checks the arrays, then runs the operator, or the part of it that they are for. */
export async function runOperator(
  gpu: Gpu,
  operator: Operator,
  inputs: Arrays,
): Promise<Record<string, HostArray>> {
  const chosen = operator.part?.(inputs) ?? operator;
  checkInputs(chosen, inputs);
  using _scope = gpu.scope();
  return await chosen.run(gpu, inputs);
}

/** Checks arrays against an operator's specification; returns the named sizes. */
export function checkInputs(operator: Operator, arrays: Arrays): Record<string, number> {
  const sizes: Record<string, number> = {};
  const missing = Object.entries(operator.inputs)
    .filter(([key, spec]) => !spec.optional && !arrays[key]).map(([key]) => key);
  if (missing.length) {
    throw new TypeError(
      `Cannot run ${operator.name}: the input has no "${missing.join('", no "')}", it has ${
        Object.keys(arrays).join(", ") || "nothing"
      }`,
    );
  }
  for (const [key, { axes, integer }] of Object.entries(operator.inputs)) {
    const array = arrays[key];
    if (!array) continue;
    const { shape, data } = array;
    const fits = shape.length === axes.length &&
      axes.every((axis, i) =>
        shape[i] === (typeof axis === "number" ? axis : (sizes[axis] ??= shape[i]!))
      );
    if (!fits) {
      const wanted = axes.map((axis) =>
        typeof axis === "string" && sizes[axis] !== undefined ? `${axis}=${sizes[axis]}` : axis
      );
      throw new RangeError(
        `Cannot run ${operator.name}: "${key}" must be [${wanted.join(", ")}], got [${
          shape.join(", ")
        }]`,
      );
    }
    for (let i = 0; integer && i < data.length; i++) {
      if (!Number.isInteger(data[i])) {
        throw new TypeError(
          `Cannot run ${operator.name}: "${key}" must hold whole numbers, got ${data[i]} at ${i}`,
        );
      }
    }
  }
  return sizes;
}

/** Uploads an array as f32, u32 or i32. */
export function upload(gpu: Gpu, array: HostArray, dtype: "f32" | "u32" | "i32" = "f32"): Tensor {
  const Type = { f32: Float32Array, u32: Uint32Array, i32: Int32Array }[dtype];
  return Tensor.from(gpu, Type.from(array.data), array.shape, dtype);
}

/** Reads a tensor back, under another shape if given. */
export async function download(tensor: Tensor, shape = tensor.shape): Promise<HostArray> {
  return { shape, data: await tensor.read() };
}
