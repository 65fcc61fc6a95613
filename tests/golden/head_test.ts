import { head } from "../../model/operators/head.ts";
import { goldenTests } from "./golden_arrays.ts";

// The files hold no error of an original in f32.
goldenTests(head, /^head_/, 2e-6);
