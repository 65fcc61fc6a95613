import { openOcc } from "../../../../data/openocc/task.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { onTask } from "../../config/on_task.ts";
import { presets } from "./presets.ts";

/** GaussianFormer-2 on OpenOcc; ours. */
export const openOccPresets = {
  "openocc/demo": onTask(presets.demo, openOcc),
  "openocc/nuscenes_gs25600": onTask(presets["prob/nuscenes_gs25600"], openOcc),
} satisfies Record<string, GaussianFormerConfig>;
