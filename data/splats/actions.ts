import type { SplatActionDefinition } from "./actions/action.ts";
import { filterNan } from "./actions/filter_nan.ts";
import { sortMorton } from "./actions/morton_order.ts";
import { alignPca } from "./actions/place/align_pca.ts";
import { alignPoints } from "./actions/place/align_points.ts";
import { alignUp } from "./actions/place/align_up.ts";
import { rotate } from "./actions/place/rotate.ts";
import { scale } from "./actions/place/scale.ts";
import { translate } from "./actions/place/translate.ts";
import { filterBox } from "./actions/select/filter_box.ts";
import { filterOpacity } from "./actions/select/filter_opacity.ts";
import { filterSize } from "./actions/select/filter_size.ts";
import { filterSphere } from "./actions/select/filter_sphere.ts";
import { filterValue } from "./actions/select/filter_value.ts";
import { decimate } from "./actions/simplify/decimate.ts";
import { filterHarmonics, shDegree } from "./actions/simplify/harmonics.ts";
import { maxCount } from "./actions/simplify/max_count.ts";
import { filterCluster } from "./actions/solids/filter_cluster.ts";
import { filterFloaters } from "./actions/solids/filter_floaters.ts";

/** Everything that can be done to Gaussians between reading and writing them, by its name. */
export const SPLAT_ACTIONS = {
  translate,
  rotate,
  scale,
  "align-up": alignUp,
  "align-pca": alignPca,
  "align-points": alignPoints,
  "filter-box": filterBox,
  crop: { ...filterBox, letter: "", help: "The same as --filter-box" },
  "filter-sphere": filterSphere,
  "filter-opacity": filterOpacity,
  "filter-size": filterSize,
  "filter-value": filterValue,
  "filter-floaters": filterFloaters,
  "filter-cluster": filterCluster,
  "filter-harmonics": filterHarmonics,
  "filter-nan": filterNan,
  "sh-degree": shDegree,
  "max-count": maxCount,
  decimate,
  "morton-order": sortMorton,
} as const satisfies Readonly<Record<string, SplatActionDefinition>>;

/** Name of an action. */
export type SplatActionName = keyof typeof SPLAT_ACTIONS;
