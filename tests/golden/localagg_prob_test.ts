import { localaggProb } from "../../model/operators/aggregate/localagg_prob.ts";
import { goldenTests } from "./golden_arrays.ts";

// Every float array has its own error in f32; num_rendered and tiles_touched are exact.
goldenTests(localaggProb, /^localagg_prob_(?!fast)/, 0);
