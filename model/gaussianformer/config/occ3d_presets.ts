import { occ3d } from "../../../data/occ3d/task.ts";
import { gridRange } from "../../../data/occupancy/task.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { presets } from "./presets.ts";

/** A model on Occ3D's labels, whose classes nobody published weights for; ours. */
const onOcc3d = (config: GaussianFormerConfig): GaussianFormerConfig => ({
  ...config,
  task: occ3d,
  occupancy: { range: gridRange(occ3d.grid), voxel: occ3d.grid.voxel },
  loss: { ...config.loss, balance: "none", lovaszIgnore: occ3d.empty },
});

const demo = onOcc3d(presets.demo);

/** GaussianFormer-2 on Occ3D. */
export const occ3dPresets = {
  // Voxels of 1.6 m, which divide the grid.
  "occ3d/demo": { ...demo, occupancy: { ...demo.occupancy, voxel: 4 * occ3d.grid.voxel } },
  "occ3d/nuscenes_gs6400": onOcc3d(presets["prob/nuscenes_gs6400"]),
  "occ3d/nuscenes_gs25600": onOcc3d(presets["prob/nuscenes_gs25600"]),
} satisfies Record<string, GaussianFormerConfig>;
