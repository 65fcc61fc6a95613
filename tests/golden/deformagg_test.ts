import { deformagg } from "../../model/operators/deformagg.ts";
import { goldenTests } from "./golden_arrays.ts";

// Every array has its own error in f32.
goldenTests(deformagg, /^deformagg_/, 0);
