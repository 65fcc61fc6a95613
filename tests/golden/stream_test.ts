import { refine } from "../../model/operators/stream/refine.ts";
import { warpfill } from "../../model/operators/stream/warpfill.ts";
import { goldenTests } from "./golden_arrays.ts";

const folder = "stream/";

// `margins` says how far decisions are from tipping, `keep_float32` and `ambiguous` what f32 does in
// the original.
goldenTests(warpfill, /^warpfill_/, 2e-6, {
  folder,
  leftOut: /^margins$|^keep_float32$|^ambiguous$/,
});
goldenTests(refine, /^refine_/, 2e-6, { folder, leftOut: /^fd_rel_error$/ });
