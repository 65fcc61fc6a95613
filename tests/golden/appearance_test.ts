import { bilagrid } from "../../model/operators/appearance/bilagrid.ts";
import { colorCorrect } from "../../model/operators/appearance/color_correct.ts";
import { ppisp } from "../../model/operators/appearance/ppisp.ts";
import { schedules } from "../../model/operators/appearance/schedules.ts";
import { goldenTests } from "./golden_arrays.ts";

const folder = "appearance/";

// `torch_` is what another implementation of the same authors gives near black.
goldenTests(ppisp, /^ppisp_/, 2e-6, { folder, leftOut: /^torch_/ });
goldenTests(bilagrid, /^bilagrid_/, 2e-6, { folder });
goldenTests(colorCorrect, /^color_correct/, 2e-6, { folder });
goldenTests(schedules, /^schedules/, 2e-6, { folder });
