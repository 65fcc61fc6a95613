import { dcn } from "../../model/operators/dcn.ts";
import { goldenTests } from "./golden_arrays.ts";

// Every array has its own error in f32.
goldenTests(dcn, /^dcn_/, 0);
