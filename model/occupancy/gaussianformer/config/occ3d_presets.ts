import { occ3d } from "../../../../data/occ3d/task.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { onTask } from "../../config/on_task.ts";
import { presets } from "./presets.ts";

/** GaussianFormer-2 on Occ3D; ours. */
export const occ3dPresets = {
  "occ3d/demo": onTask(presets.demo, occ3d),
  "occ3d/nuscenes_gs6400": onTask(presets["prob/nuscenes_gs6400"], occ3d),
  "occ3d/nuscenes_gs25600": onTask(presets["prob/nuscenes_gs25600"], occ3d),
} satisfies Record<string, GaussianFormerConfig>;
