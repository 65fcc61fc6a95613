import { pose } from "../../model/operators/pose.ts";
import { tiles } from "../../model/operators/raster/tiles.ts";
import { goldenTests } from "./golden_arrays.ts";

const folder = "misc/";

goldenTests(pose, /^pose/, 2e-6, { folder });
goldenTests(tiles, /^tiles/, 6e-8, { folder });
