import type { OccupancyTask } from "../occupancy/task.ts";

/** Label of a voxel that nothing is known of. */
export const UNKNOWN = 255;

/**
 * SSCBench's labels of KITTI-360, in the frame of the lidar, which stands upright on the car: free space is
 * class 0, 255 says nothing. Voxels by class are those of its training set; colours are SemanticKITTI's.
 */
export const kitti360: OccupancyTask = {
  name: "SSCBench-KITTI-360",
  dataset: "kitti360",
  classes: [
    ...["empty", "car", "bicycle", "motorcycle", "truck", "other-vehicle", "person", "road"],
    ...["parking", "sidewalk", "other-ground", "building", "fence", "vegetation", "terrain"],
    ...["pole", "traffic-sign", "other-structure", "other-object"],
  ],
  empty: 0,
  ignored: [UNKNOWN],
  palette: [
    [255, 255, 255],
    [100, 150, 245],
    [100, 230, 245],
    [30, 60, 150],
    [80, 30, 180],
    [0, 0, 255],
    [255, 30, 30],
    [255, 0, 255],
    [255, 150, 255],
    [75, 0, 75],
    [175, 0, 75],
    [255, 200, 0],
    [255, 120, 50],
    [0, 175, 0],
    [150, 240, 80],
    [255, 240, 150],
    [255, 0, 0],
    [255, 150, 0],
    [50, 255, 255],
  ],
  grid: { dims: [256, 256, 32], voxel: 0.2, min: [0, -25.6, -2] },
  frame: "ego",
  cameras: ["image_00"],
  around: [[0]],
  metric: "ssc",
  weights: null,
  frequencies: [
    ...[2_264_087_502, 20_098_728, 104_972, 96_297, 1_149_426, 4_051_087, 125_103, 105_540_713],
    ...[16_292_249, 45_297_267, 14_454_132, 110_397_082, 6_766_219, 295_883_213, 50_037_503],
    ...[1_561_069, 406_330, 30_516_166, 1_950_115],
  ],
};
