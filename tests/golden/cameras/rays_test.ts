import { eval3d } from "../../../model/operators/cameras/eval3d.ts";
import { rays } from "../../../model/operators/cameras/rays.ts";
import { goldenTests } from "../golden_arrays.ts";

goldenTests(rays, /^rays\.npz$/, 2e-6, { folder: "cameras/" });
goldenTests(eval3d, /^eval3d\.npz$/, 2e-6, { folder: "cameras/" });
