import type { Snippet } from "../kernel.ts";
import plain from "./philox.wgsl" with { type: "text" };

/** `philox_block(start, offset, key)`: four random words; `unit_float(words)`: in [0, 1). */
export const philoxSnippet: Snippet = { path: "gpu/wgsl/philox.wgsl", source: plain };

/** Uniforms of a kernel that draws from a place in the stream: both halves of counter and seed. */
export function philoxUniforms({ seed, counter }: { seed: number; counter: number }) {
  const halves = (value: number) => [value >>> 0, Math.floor(value / 2 ** 32) >>> 0];
  return { stream: halves(counter), key: halves(seed) };
}
