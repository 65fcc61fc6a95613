import { geom } from "../../model/operators/geom.ts";
import { goldenTests } from "./golden_arrays.ts";

// The files hold no error of an original in f32. All but refinement stays below 5e-7; there a position
// 5e-4 from the range's end is the difference of two fractions of 0.12, each rounded to 7e-9, and its
// logit's slope is one over that difference: 2.4e-5 of the largest gradient.
goldenTests(geom, /^geom_(?!refine)/, 2e-6);
goldenTests(geom, /^geom_refine/, 5e-5);
