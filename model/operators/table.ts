import { loss } from "./loss.ts";
import { miou } from "./miou.ts";
import type { Operator } from "./operator.ts";
import { spconv } from "./spconv.ts";
import { ssim } from "./ssim.ts";

/** Every operator that `op run` knows. */
export const OPERATORS: readonly Operator[] = [loss, miou, spconv, ssim];
