import { dcn } from "./dcn.ts";
import { deformagg } from "./deformagg.ts";
import { dfaChain } from "./dfa_chain.ts";
import { geom } from "./geom.ts";
import { head } from "./head.ts";
import { localagg } from "./localagg.ts";
import { localaggProb, localaggProbFast } from "./localagg_prob.ts";
import { loss } from "./loss.ts";
import { miou } from "./miou.ts";
import type { Operator } from "./operator.ts";
import { raster } from "./raster.ts";
import { spconv } from "./spconv.ts";
import { ssim } from "./ssim.ts";

/** Every operator that `op run` knows. */
export const OPERATORS: readonly Operator[] = [
  dcn,
  deformagg,
  dfaChain,
  geom,
  head,
  localagg,
  localaggProb,
  localaggProbFast,
  loss,
  miou,
  raster,
  spconv,
  ssim,
];
