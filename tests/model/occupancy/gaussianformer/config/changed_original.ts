import { join } from "@std/path";
import type { OccupancyTask } from "../../../../../data/occupancy/task.ts";
import { checkConfig } from "../../../../../model/occupancy/table.ts";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import { readOriginalConfig } from "../../../../../model/occupancy/config/original_config_file.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { ORIGINAL_TEXTS, writeTexts } from "./original_texts.ts";

/** A file in the original's style that another one builds on. */
export type Base = "solid" | "prob";
/** Their paths and presets. */
export const BASES: Record<Base, [file: string, preset: GaussianFormerConfig]> = {
  solid: ["nuscenes_gs25600_solid", presets.nuscenes_gs25600_solid],
  prob: ["prob/nuscenes_gs6400", presets["prob/nuscenes_gs6400"]],
};

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await writeTexts(folder, ORIGINAL_TEXTS);

/** Reads a file that changes what a base says. */
export function reading(base: Base, text: string, task?: OccupancyTask) {
  const path = join(folder, "changed.py");
  Deno.writeTextFileSync(path, `_base_ = './${BASES[base][0]}.py'\n${text}\n`);
  const read = readOriginalConfig(path, task);
  checkConfig(read.config);
  return read;
}

/** Lines that change one thing. */
export const occupancy = (options: string) =>
  `loss = dict(loss_cfgs=[dict(type='OccupancyLoss', ${options})])`;
/** Of data_aug_conf. */
export const aug = (part: "train" | "val", options: string) =>
  `${part}_dataset_config = dict(data_aug_conf=dict(${options}))`;
/** Of both pipelines. */
export const pipelines = (...steps: string[]) =>
  `p = [${
    steps.join(", ")
  }]\ntrain_dataset_config = dict(pipeline=p)\nval_dataset_config = dict(pipeline=p)`;
/** Steps of a pipeline. */
export const STEPS = {
  load: "dict(type='LoadMultiViewImageFromFiles')",
  labels: "dict(type='LoadOccupancySurroundOcc', occ_path='x', semantic=True)",
  crop: "dict(type='ResizeCropFlipImage')",
  format: "dict(type='DefaultFormatBundle'), dict(type='NuScenesAdaptor', num_cams=6)",
};

/** A file for Occ3D; `options` are of the step that loads its labels. */
export const occ3dText = (options: string) =>
  `r = [-40.0, -40.0, -1.0, 40.0, 40.0, 5.4]
${
    pipelines(
      STEPS.load,
      `dict(type='LoadOccupancyOcc3D', occ3d_path='x', model_coord='ego', pc_range=r, ${options})`,
      STEPS.crop,
      STEPS.format.replace("num_cams=6", "use_ego=True, num_cams=6"),
    )
  }
model = dict(
    encoder=dict(deformable_model=dict(kps_generator=dict(pc_range=r)), refine_layer=dict(pc_range=r), spconv_layer=dict(pc_range=r)),
    head=dict(cuda_kwargs=dict(H=200, W=200, D=16, pc_min=r[:3], grid_size=0.4)))
loss = dict(loss_cfgs=[dict(type='OccupancyLoss', balance_cls_weight=True, manual_class_weight=[2] * 18, lovasz_ignore=17)])`;
