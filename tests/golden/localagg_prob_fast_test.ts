import { localaggProbFast } from "../../model/operators/aggregate/localagg_prob.ts";
import { goldenTests } from "./golden_arrays.ts";

// Of "aniso" the original in f32 is not finite, so its error is unknown; sums of pairs keep the
// exponent of its flattest Gaussian, scales (2.9, 0.011, 2.7), as exact as any other.
goldenTests(localaggProbFast, /^localagg_prob_fast/, 2e-6);
