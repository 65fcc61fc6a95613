import { kitti360 } from "../../../../data/kitti360/task.ts";
import { type ResNetConfig, resnetDepth } from "../../../backbone/resnet_config.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { onTask } from "../../config/on_task.ts";
import { depths, presets } from "./presets.ts";

/** ResNet-50 with ImageNet's weights in mind, which GaussianFormer's paper names for this set. */
const r50: ResNetConfig = {
  ...presets.nuscenes_gs25600_solid.backbone,
  ...resnetDepth(50),
  style: "pytorch",
  deformable: [false, false, false, false],
};

// 30 epochs of 8 487 key frames on 8 devices.
const STEPS = 31_830;

/** One picture of 1408x376, shown whole; mirrored ones would be of another calibration. */
function onKitti(config: GaussianFormerConfig): GaussianFormerConfig {
  const moved = onTask(config, kitti360);
  return {
    ...moved,
    image: { ...moved.image, width: 1408, height: 384, fit: "pad", flip: false },
    backbone: r50,
    encoder: { ...moved.encoder, unitXyz: [2, 2, 0.5] },
    optim: { ...moved.optim, steps: STEPS },
  };
}

const v1 = onKitti(presets.nuscenes_gs25600_solid);
const v2 = onKitti(presets["prob/nuscenes_gs12800"]);
const { demo } = presets;

/** GaussianFormer and GaussianFormer-2 on SSCBench-KITTI-360; ours, for the authors published no settings for it. */
export const kitti360Presets = {
  "kitti360/demo": {
    ...onTask(demo, kitti360),
    image: { ...demo.image, width: 352, height: 96, fit: "pad", flip: false },
    gaussians: { ...demo.gaussians, semantics: kitti360.classes.length - 1, scaleRange: [0.2, 2] },
    encoder: { ...demo.encoder, cell: 1, unitXyz: [2, 2, 0.5] },
  },
  // Boxes half as long as nuScenes', so scales and steps are about half as large and cells as many a side.
  kitti360_gs38400: {
    ...v1,
    gaussians: { ...v1.gaussians, count: 38400, scaleRange: [0.01, 0.5] },
    encoder: { ...v1.encoder, cell: 0.2 },
  },
  "prob/kitti360_gs12800": {
    ...v2,
    gaussians: { ...v2.gaussians, scaleRange: [0.01, 1.6] },
    lifter: {
      ...depths,
      count: 6400,
      depths: [1, 52],
      backbone: r50,
    },
    encoder: { ...v2.encoder, cell: 0.4 },
    head: { ...v2.head, scaleMultiplier: 4 },
  },
} satisfies Record<string, GaussianFormerConfig>;
