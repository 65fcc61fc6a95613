import { superquad } from "../../model/operators/aggregate/superquad.ts";
import { goldenTests } from "./golden_arrays.ts";

// The golden gradients are true derivatives; what the originals make of them is for reading.
goldenTests(superquad, /^superquad_/, 2e-6, {
  folder: "superquadric/",
  leftOut: /^(so_)?orig_|^errlog32_|^rotations$/,
  errors: "errlog32_",
});
