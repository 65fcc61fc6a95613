import { adamBlockQuantised } from "./adam_block_quantised.ts";
import { bilagrid } from "./appearance/bilagrid.ts";
import { colorCorrect } from "./appearance/color_correct.ts";
import { ppisp } from "./appearance/ppisp.ts";
import { schedules } from "./appearance/schedules.ts";
import { eval3d } from "./cameras/eval3d.ts";
import { ewa } from "./cameras/ewa.ts";
import { rays } from "./cameras/rays.ts";
import { ut } from "./cameras/ut.ts";
import { dcn } from "./dcn.ts";
import { deformagg } from "./deformagg.ts";
import { dfaChain } from "./dfa_chain.ts";
import { gaussrender } from "./raster/gaussrender.ts";
import { geom } from "./geom.ts";
import { head } from "./head.ts";
import { localagg } from "./aggregate/localagg.ts";
import { localaggProb, localaggProbFast } from "./aggregate/localagg_prob.ts";
import { loss } from "./loss.ts";
import { occ3dMiou } from "./metrics/occ3d_miou.ts";
import { rayiou } from "./metrics/rayiou.ts";
import { sscKitti360 } from "./metrics/ssc_kitti360.ts";
import { surroundoccTwoRules } from "./metrics/surroundocc_two_rules.ts";
import { miou } from "./miou.ts";
import type { Operator } from "./operator.ts";
import { raster } from "./raster/raster.ts";
import { spconv } from "./spconv.ts";
import { regularisers } from "./regularisers.ts";
import { refine } from "./stream/refine.ts";
import { warpfill } from "./stream/warpfill.ts";
import { pose } from "./pose.ts";
import { tiles } from "./raster/tiles.ts";
import { ssim } from "./ssim.ts";
import { superquad } from "./aggregate/superquad.ts";

/** Every operator that `op run` knows. */
export const OPERATORS: readonly Operator[] = [
  adamBlockQuantised,
  bilagrid,
  colorCorrect,
  dcn,
  deformagg,
  dfaChain,
  eval3d,
  ewa,
  gaussrender,
  geom,
  head,
  localagg,
  localaggProb,
  localaggProbFast,
  loss,
  miou,
  occ3dMiou,
  pose,
  ppisp,
  raster,
  rayiou,
  rays,
  refine,
  regularisers,
  schedules,
  spconv,
  sscKitti360,
  ssim,
  superquad,
  surroundoccTwoRules,
  tiles,
  ut,
  warpfill,
];
