import { ut } from "../../../model/operators/cameras/ut.ts";
import { goldenTests } from "../golden_arrays.ts";

goldenTests(ut, /^ut_.*\.npz$/, 2e-6, { folder: "cameras/" });
