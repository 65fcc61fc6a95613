import { loss } from "../../model/operators/loss.ts";
import { goldenTests } from "./golden_arrays.ts";

// The files hold no error of an original in f32. Sums of hundreds of logarithms keep 1e-6 of their
// size; precision and recall enter as sums of probabilities and again through a logarithm; 5e-6
// leaves room for the exponentials and logarithms of GPUs; llvmpipe stays below 3e-7.
goldenTests(loss, /^loss_/, 5e-6);
