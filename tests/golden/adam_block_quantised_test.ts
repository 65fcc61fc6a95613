import { adamBlockQuantised } from "../../model/operators/adam_block_quantised.ts";
import { goldenTests } from "./golden_arrays.ts";

// 1 of 65 535: a code of 16 bits may be one off where its value lies half way, of 8 and 4 bits none is.
goldenTests(adamBlockQuantised, /^adam_block_quantised/, 1.6e-5, { folder: "misc/" });
