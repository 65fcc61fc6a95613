import type { Kernel, Snippet } from "../../kernel.ts";
import activatedSource from "./activated.wgsl" with { type: "text" };
import activated4Source from "./activated4.wgsl" with { type: "text" };
import valueSource from "./value.wgsl" with { type: "text" };
import value4Source from "./value4.wgsl" with { type: "text" };
import wordSource from "./word.wgsl" with { type: "text" };
import word4Source from "./word4.wgsl" with { type: "text" };

/** Snippets that say what a kernel's `Element` is, by how many numbers of a tensor it has. */
export interface Elements {
  readonly 1: Snippet;
  readonly 4: Snippet;
}

/** `Element` has words of any type, for kernels that move. */
export const WORDS: Elements = {
  1: { path: "gpu/wgsl/elements/word.wgsl", source: wordSource },
  4: { path: "gpu/wgsl/elements/word4.wgsl", source: word4Source },
};

/** `Element` has f32, WIDTH of them, whose sum is `element_sum`, for kernels that compute. */
export const VALUES: Elements = {
  1: { path: "gpu/wgsl/elements/value.wgsl", source: valueSource },
  4: { path: "gpu/wgsl/elements/value4.wgsl", source: value4Source },
};

/** `activate_element` and `before_activation`, for kernels of `VALUES` that include the activations. */
export const ACTIVATED: Elements = {
  1: { path: "gpu/wgsl/elements/activated.wgsl", source: activatedSource },
  4: { path: "gpu/wgsl/elements/activated4.wgsl", source: activated4Source },
};

/** One kernel for single numbers and for vectors of four. */
export function byWidth(
  { 1: one, 4: four }: Elements,
  make: (element: Snippet, wide: 1 | 4) => Kernel,
): { readonly 1: Kernel; readonly 4: Kernel } {
  return { 1: make(one, 1), 4: make(four, 4) };
}

/** How wide elements may be where all these extents and starts must be whole ones. */
export function widthOf(...sizes: readonly number[]): 1 | 4 {
  return sizes.every((size) => size % 4 === 0) ? 4 : 1;
}
