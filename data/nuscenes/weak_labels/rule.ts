import type { LabelRule } from "../../weak_labels/label_rule.ts";
import { CLASS, EMPTY, GRID } from "../classes.ts";
import { isGround, isThing } from "./categories.ts";

/** What weak labels are of nuScenes: SurroundOcc's grid and classes; noise, label 0, says nothing. */
export const NUSCENES_RULE: LabelRule = {
  grid: GRID,
  classes: EMPTY + 1,
  empty: EMPTY,
  noise: 0,
  isThing,
  isGround,
  byHeight: { ground: CLASS.driveable_surface, low: CLASS.terrain, high: CLASS.manmade },
  level: 0,
  // nuScenes' car in its ego frame (rear axle, x ahead), with its mirrors and some air.
  car: [-1.2, -1.1, -0.5, 3.6, 1.1, 2.2],
};
