import { assert } from "@std/assert";
import { prepareVulkan } from "../cli/driver.ts";
import { Gpu } from "../gpu/device.ts";
import type { OpenOptions } from "../gpu/adapter.ts";
import { backwardAll, variable } from "../gpu/tape.ts";
import { Tensor } from "../gpu/tensor.ts";
import { GRAPHICS, PROCESSOR } from "../gpu/tuning.ts";
import { hostOfTests } from "./drivers/host.ts";
import { noise } from "./noise.ts";

export { noise };

/** A host array of doubles in which references compute. */
export interface F64 {
  shape: number[];
  data: Float64Array;
}

prepareVulkan();
const host = await hostOfTests();

let shared: Gpu | null = null;

/** Runs a test on the file's one device, inside a scope; `options` asks for a device of its own. */
export async function withGpu(
  body: (gpu: Gpu) => Promise<void> | void,
  options?: OpenOptions,
): Promise<void> {
  const gpu = options ? await Gpu.open({ ...host, ...options }) : shared ??= await Gpu.open(host);
  try {
    using _scope = gpu.scope();
    await body(gpu);
    await gpu.check();
  } finally {
    if (options) gpu.destroy();
  }
}

/** A test on the GPU; resources stay open between the tests of a file, so sanitizers are off. */
export function gpuTest(
  name: string,
  body: (gpu: Gpu) => Promise<void> | void,
  options?: OpenOptions,
) {
  Deno.test({
    name,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: () => withGpu(body, options),
  });
}

/** The ways that suit a processor and a GPU, by what a test's name says of them. */
export const BOTH_WAYS = { "as a processor": PROCESSOR, "as a GPU": GRAPHICS } as const;

/** A test of what `gpu.tuning` decides on: on a device tuned for each kind of adapter. */
export function bothWays(name: string, body: (gpu: Gpu) => Promise<void> | void): void {
  for (const [way, tuning] of Object.entries(BOTH_WAYS)) {
    gpuTest(`${name}, ${way}`, body, { tuning });
  }
}

/** A test that runs on the shared device, and on one that binds eight buffers only, as every device may. */
export function narrowToo(name: string, body: (gpu: Gpu) => Promise<void> | void): void {
  gpuTest(name, body);
  gpuTest(`${name}, eight buffers`, body, { tuning: { mostBuffers: 8 } });
}

/** A seeded array of a shape, uniform in [low, high). */
export function noiseArray(seed: number, shape: number[], low = -1, high = 1): F64 {
  return { shape, data: noise(seed, shape.reduce((a, b) => a * b, 1), low, high) };
}

/** How far a value may be from its reference: `atol + rtol * |expected|`. */
export interface Tolerance {
  atol?: number;
  rtol?: number;
}

/** Sums and matmuls of up to a few thousand f32 terms. */
export const REDUCTION: Tolerance = { atol: 1e-5, rtol: 1e-4 };
/** One rounding or two of f32. */
export const ELEMENTWISE: Tolerance = { atol: 1e-6, rtol: 1e-6 };

/** Asserts that two arrays agree, naming the worst element. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol = 1e-5, rtol = 1e-4 }: Tolerance = {},
  what = "array",
): void {
  assert(
    actual.length === expected.length,
    `${what}: ${actual.length} values, expected ${expected.length}`,
  );
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    const over = error - (atol + rtol * Math.abs(expected[i]!));
    if (!(over <= excess)) {
      worst = i;
      excess = over;
      if (Number.isNaN(over)) break;
    }
  }
  assert(worst < 0, `${what}[${worst}]: got ${actual[worst]}, expected ${expected[worst]}`);
}

/** What `checkOp` runs and compares. */
export interface OpCheck {
  /** Inputs that get gradients, by position. */
  inputs: F64[];
  /** The operator; may have several outputs. */
  op: (...inputs: any[]) => Tensor | readonly Tensor[];
  /** The same in doubles. */
  reference: (...inputs: any[]) => F64 | readonly F64[];
  /** Inputs whose gradient is not checked (indices, constants). */
  fixed?: readonly number[];
  tolerance?: Tolerance;
  gradientTolerance?: Tolerance;
  /** Entries of each gradient that are compared with central differences; all up to this many. */
  samples?: number;
  /** Step of the central differences. */
  step?: number;
}

/**
 * Compares an operator with its f64 reference, and its gradients with central differences of that
 * reference under random upstream gradients.
 */
export async function checkOp(gpu: Gpu, check: OpCheck): Promise<void> {
  const { inputs, op, reference, fixed = [], step = 1e-5, samples = 24 } = check;
  using _scope = gpu.scope();
  const tensors = inputs.map(({ data, shape }, i) => {
    const tensor = Tensor.from(gpu, Float32Array.from(data), shape);
    return fixed.includes(i) ? tensor : variable(tensor);
  });
  const outputs = list(op(...tensors)).map((output) => output.retain());
  const expected = list(reference(...inputs));
  assert(
    outputs.length === expected.length,
    "operator and reference have different numbers of outputs",
  );
  for (let i = 0; i < outputs.length; i++) {
    assert(
      outputs[i]!.shape.join() === expected[i]!.shape.join(),
      `output ${i}: shape [${outputs[i]!.shape}], expected [${expected[i]!.shape}]`,
    );
    assertClose(await outputs[i]!.read("f32"), expected[i]!.data, check.tolerance, `output ${i}`);
  }
  if (fixed.length === inputs.length) return;

  const upstream = expected.map(({ data }, i) => noise(977 + i, data.length));
  backwardAll(
    outputs,
    outputs.map((output, i) => Tensor.from(gpu, Float32Array.from(upstream[i]!), output.shape)),
  );
  const objective = () =>
    list(reference(...inputs)).reduce(
      (sum, { data }, i) =>
        sum + data.reduce((part, value, j) => part + value * upstream[i]![j]!, 0),
      0,
    );
  for (let i = 0; i < inputs.length; i++) {
    if (fixed.includes(i)) continue;
    const { data } = inputs[i]!;
    assert(tensors[i]!.gradient, `input ${i} got no gradient`);
    const gradient = await tensors[i]!.gradient!.read("f32");
    const entries = pick(data.length, samples, i);
    const differences = entries.map((at) => {
      const value = data[at]!;
      data[at] = value + step;
      const above = objective();
      data[at] = value - step;
      const below = objective();
      data[at] = value;
      return (above - below) / (2 * step);
    });
    assertClose(
      entries.map((at) => gradient[at]!),
      differences,
      check.gradientTolerance ?? { atol: 1e-4, rtol: 1e-3 },
      `gradient ${i} at ${entries}`,
    );
  }
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function pick(size: number, samples: number, seed: number): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  const random = noise(31 + seed, samples, 0, size);
  return [...new Set([0, size - 1, ...Array.from(random, Math.floor)])];
}
