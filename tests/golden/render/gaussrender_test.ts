import { gaussrender } from "../../../model/operators/raster/gaussrender.ts";
import { goldenTests } from "../golden_arrays.ts";

// `straight_` is what the original's gradient is at alpha 0.99, `tile12_` what its tiles of 12 pixels give.
goldenTests(gaussrender, /^gaussrender_/, 2e-6, {
  folder: "gaussrender/",
  leftOut: /^(straight|tile12)_/,
});
