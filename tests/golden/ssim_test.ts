import { ssim } from "../../model/operators/ssim.ts";
import { goldenTests } from "./golden_arrays.ts";

// The means and their gradients have no error of the original in f32. A mean keeps the relative
// error of the map, and the gradients of the odd picture, flat in part, are off by 2e-6 of the largest.
goldenTests(ssim, /^ssim_/, 5e-6);
