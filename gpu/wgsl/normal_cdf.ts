import type { Snippet } from "../kernel.ts";
import plain from "./normal_cdf.wgsl" with { type: "text" };

/** `normal_cdf(x)` and `normal_density(x)` of the standard normal distribution. */
export const normalCdfSnippet: Snippet = { path: "gpu/wgsl/normal_cdf.wgsl", source: plain };
