import { miou } from "../../model/operators/miou.ts";
import { goldenTests } from "./golden_arrays.ts";

// Counts are small whole numbers and the rest is computed in doubles: one rounding to f32.
goldenTests(miou, /^miou_/, 6e-8);
