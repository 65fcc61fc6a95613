import { regularisers } from "../../model/operators/regularisers.ts";
import { goldenTests } from "./golden_arrays.ts";

// Tiny depths make disparities, and their gradients, of 58 and 3400.
goldenTests(regularisers, /^regularisers\.npz$/, 1e-6, { folder: "misc/" });
