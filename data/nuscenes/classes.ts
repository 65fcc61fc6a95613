/** SurroundOcc's class names by label: 0 is ignored, 17 is empty space. */
export const CLASS_NAMES = [
  "others",
  "barrier",
  "bicycle",
  "bus",
  "car",
  "construction_vehicle",
  "motorcycle",
  "pedestrian",
  "traffic_cone",
  "trailer",
  "truck",
  "driveable_surface",
  "other_flat",
  "sidewalk",
  "terrain",
  "manmade",
  "vegetation",
  "empty",
] as const;

/** Label of a SurroundOcc class by name. */
export const CLASS = Object.fromEntries(
  CLASS_NAMES.map((name, label) => [name, label]),
) as Readonly<Record<(typeof CLASS_NAMES)[number], number>>;

/** Label of a voxel that nothing fills. */
export const EMPTY = 17;

/** The occupancy grid in the lidar frame: voxels per axis, metres per voxel, lower corner in metres. */
export const GRID = { dims: [200, 200, 16], voxel: 0.5, min: [-50, -50, -5] } as const;
