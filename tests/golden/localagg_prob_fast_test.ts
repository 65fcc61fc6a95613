import { localaggProbFast } from "../../model/operators/localagg_prob_fast.ts";
import { goldenTests } from "./golden_arrays.ts";

// Of "aniso" the original in f32 is not finite. Its flattest Gaussian has scales (2.9, 0.011, 2.7), so
// at 1 m the exponent is a difference of numbers around 8000, which f32 rounds by 5e-4 each: weights,
// and with them everything, may be off by 2e-4 of the largest.
goldenTests(localaggProbFast, /^localagg_prob_fast/, 2e-4);
