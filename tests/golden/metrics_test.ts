import { occ3dMiou } from "../../model/operators/metrics/occ3d_miou.ts";
import { rayiou } from "../../model/operators/metrics/rayiou.ts";
import { sscKitti360 } from "../../model/operators/metrics/ssc_kitti360.ts";
import { surroundoccTwoRules } from "../../model/operators/metrics/surroundocc_two_rules.ts";
import { goldenTests } from "./golden_arrays.ts";

const folder = "metrics/";

// Counts are small whole numbers and the rest is computed in doubles: one rounding to f32.
goldenTests(occ3dMiou, /^occ3d_miou/, 6e-8, { folder });
goldenTests(sscKitti360, /^ssc_kitti360/, 6e-8, { folder });
goldenTests(surroundoccTwoRules, /^surroundocc_two_rules/, 6e-8, { folder });
// The roundings of the original are kept, so that its own counts come out; those of a walk without
// them, under `_f64`, say how far others may be off.
goldenTests(rayiou, /^rayiou_/, 6e-8, { folder, leftOut: /_f64$/ });
