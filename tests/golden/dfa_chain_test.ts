import { dfaChain } from "../../model/operators/dfa_chain.ts";
import { goldenTests } from "./golden_arrays.ts";

// The file holds no error of an original in f32. A key point 50 m out is rounded by 2e-6 m or more,
// which moves its sample by 1e-5 of a pixel, and features change by their own size within a pixel.
goldenTests(dfaChain, /^dfa_chain/, 3e-5);
