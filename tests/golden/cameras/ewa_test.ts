import { ewa } from "../../../model/operators/cameras/ewa.ts";
import { goldenTests } from "../golden_arrays.ts";

goldenTests(ewa, /^ewa_.*\.npz$/, 2e-6, { folder: "cameras/" });
