import { localagg } from "../../model/operators/aggregate/localagg.ts";
import { goldenTests } from "./golden_arrays.ts";

// Every float array has its own error in f32; num_rendered and tiles_touched are exact.
goldenTests(localagg, /^localagg_(?!prob)/, 0);
