import { raster } from "../../../model/operators/raster/raster.ts";
import { goldenTests } from "../golden_arrays.ts";

// Without the error of the original in f32 there are integers, colours, flags, covariances and conics:
// sums of a few products each, of a few roundings of 6e-8.
goldenTests(raster, /^raster_.*\.npz$/, 2e-6);
