import type { Module } from "../../module.ts";
import type { HostArray } from "../../operators/operator.ts";

// Gradients of more values than this are summarised as well: golden files keep no more of them.
const LARGE = 300;

/**
 * The gradients of all trained parameters by key. Large ones also as `key::first64`, `key::l2`,
 * `key::max_abs` and `key::dot`, the sum of g_i cos(0.7 i) with i from 1; those of sparse convolutions
 * [out, k, k, k, in] also as the length of each tap (`key::tap_l2`) and the gradient of the first output channel (`key::out0`).
 */
export async function gradientArrays(model: Module): Promise<Record<string, HostArray>> {
  const arrays: Record<string, HostArray> = {};
  for (const [key, { shape, gradient }] of model.trainableParameters()) {
    const data = await gradient!.read("f32");
    arrays[key] = { shape, data };
    if (data.length <= LARGE) continue;
    arrays[`${key}::first64`] = { shape: [64], data: data.slice(0, 64) };
    arrays[`${key}::l2`] = single(Math.sqrt(data.reduce((sum, value) => sum + value * value, 0)));
    arrays[`${key}::max_abs`] = single(data.reduce((most, x) => Math.max(most, Math.abs(x)), 0));
    arrays[`${key}::dot`] = single(
      data.reduce((sum, value, i) => sum + value * Math.cos(0.7 * (i + 1)), 0),
    );
    if (shape.length === 5) Object.assign(arrays, sparseSummary(key, shape, data));
  }
  return arrays;
}

function sparseSummary(
  key: string,
  [outputs = 0, ...rest]: readonly number[],
  data: Float32Array,
): Record<string, HostArray> {
  const inputs = rest.at(-1)!;
  const taps = data.length / outputs / inputs;
  const squares = new Float64Array(taps);
  data.forEach((value, i) => squares[Math.floor(i / inputs) % taps]! += value * value);
  return {
    [`${key}::tap_l2`]: {
      shape: [taps],
      data: Float32Array.from({ length: taps }, (_, tap) => Math.sqrt(squares[tap]!)),
    },
    [`${key}::out0`]: { shape: rest, data: data.slice(0, taps * inputs) },
  };
}

function single(value: number): HostArray {
  return { shape: [1], data: Float32Array.of(value) };
}
