import { CLASS, CLASS_NAMES } from "../nuscenes/classes.ts";
import { occ3d } from "../occ3d/task.ts";
import type { OccupancyTask } from "../occupancy/task.ts";

const NAMES = [
  ...["car", "truck", "trailer", "bus", "construction_vehicle", "bicycle", "motorcycle"],
  ...["pedestrian", "traffic_cone", "barrier", "driveable_surface", "other_flat", "sidewalk"],
  ...["terrain", "manmade", "vegetation"],
] as Exclude<(typeof CLASS_NAMES)[number], "others" | "empty">[];

/** OpenOcc's labels of nuScenes: Occ3D's grid, classes in another order, 16 is free space, no masks. */
export const openOcc: OccupancyTask = {
  ...occ3d,
  name: "OpenOcc",
  dataset: "openocc",
  classes: [...NAMES, "free"],
  empty: NAMES.length,
  palette: [...NAMES, "empty" as const].map((name) => occ3d.palette[CLASS[name]]!),
};

/** OpenOcc's label of each of nuScenes' classes; "others", which it has not, is free space. */
export const OPENOCC_LABELS: Uint8Array = Uint8Array.from(
  { length: CLASS_NAMES.length },
  (_, i) => {
    const label = (NAMES as readonly string[]).indexOf(CLASS_NAMES[i]!);
    return label < 0 ? openOcc.empty : label;
  },
);
