import { CAMERA_NAMES } from "../nuscenes/cameras.ts";
import { CLASS_NAMES } from "../nuscenes/classes.ts";
import { surroundOcc } from "../nuscenes/task.ts";
import type { OccupancyTask } from "../occupancy/task.ts";

/**
 * Occ3D's labels of nuScenes, in the frame of the car: class 0 is real, 17 is free space, and only what
 * cameras see is measured. Nobody published class weights for them.
 */
export const occ3d: OccupancyTask = {
  name: "Occ3D",
  dataset: "occ3d",
  classes: [...CLASS_NAMES.slice(0, -1), "free"],
  empty: 17,
  ignored: [],
  palette: surroundOcc.palette,
  grid: { dims: [200, 200, 16], voxel: 0.4, min: [-40, -40, -1] },
  frame: "ego",
  cameras: CAMERA_NAMES,
  around: surroundOcc.around,
  metric: "occ3d",
  weights: null,
  frequencies: null,
};
