import { assertEquals, assertThrows } from "@std/assert";
import { surroundOcc } from "../../../../../data/nuscenes/task.ts";
import { originalConfig } from "../../../../../model/occupancy/config/original_config.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";

const RANGE = [-50, -50, -5, 50, 50, 3];
const RESNET = {
  type: "ResNet",
  depth: 101,
  frozen_stages: 1,
  norm_cfg: { type: "BN2d", requires_grad: false },
  norm_eval: true,
  style: "caffe",
  with_cp: true,
  dcn: { type: "DCNv2", deform_groups: 1, fallback_on_stride: false },
  stage_with_dcn: [false, false, true, true],
};

/** What the original's file for GaussianFormer with an empty Gaussian says, merged with its bases. */
const SOLID = {
  data_aug_conf: { final_dim: [864, 1600], rand_flip: true },
  grad_max_norm: 35,
  max_epochs: 20,
  optimizer: {
    optimizer: { type: "AdamW", lr: 2e-4, weight_decay: 0.01 },
    paramwise_cfg: { custom_keys: { img_backbone: { lr_mult: 0.1 } } },
  },
  loss: {
    type: "MultiLoss",
    loss_cfgs: [{
      type: "OccupancyLoss",
      weight: 1,
      empty_label: 17,
      lovasz_ignore: 17,
      use_focal_loss: false,
      use_dice_loss: false,
      balance_cls_weight: true,
      multi_loss_weights: { loss_voxel_ce_weight: 10, loss_voxel_lovasz_weight: 1 },
      use_sem_geo_scal_loss: false,
      use_lovasz_loss: true,
      manual_class_weight: surroundOcc.weights,
    }],
  },
  model: {
    img_backbone: RESNET,
    img_neck: { type: "FPN", num_outs: 4, start_level: 1, add_extra_convs: "on_output" },
    lifter: { type: "GaussianLifter", num_anchor: 25600, feat_grad: false },
    encoder: {
      ffn: { pre_norm: { type: "LN" }, feedforward_channels: 512, ffn_drop: 0.1 },
      deformable_model: {
        embed_dims: 128,
        num_groups: 4,
        attn_drop: 0.15,
        use_camera_embed: true,
        residual_mode: "cat",
        kps_generator: {
          num_learnable_pts: 2,
          pc_range: RANGE,
          scale_range: [0.08, 0.64],
          fix_scale: [
            [0, 0, 0],
            [0.45, 0, 0],
            [-0.45, 0, 0],
            [0, 0.45, 0],
            [0, -0.45, 0],
            [0, 0, 0.45],
            [0, 0, -0.45],
          ],
        },
      },
      refine_layer: {
        type: "SparseGaussian3DRefinementModule",
        pc_range: RANGE,
        scale_range: [0.08, 0.64],
        restrict_xyz: true,
        unit_xyz: [4, 4, 1],
        refine_manual: [0, 1, 2],
        semantic_dim: 17,
        include_opa: true,
        semantics_activation: "softplus",
      },
      spconv_layer: { pc_range: RANGE, grid_size: [0.5, 0.5, 0.5], use_out_proj: true },
      num_decoder: 4,
      operation_order: [
        ...["deformable", "ffn", "norm", "refine"],
        ...[1, 2, 3].flatMap(() => ["spconv", "norm", "deformable", "ffn", "norm", "refine"]),
      ],
    },
    head: {
      apply_loss_type: "random_1",
      num_classes: 18,
      with_empty: true,
      empty_args: { mean: [0, 0, -1], scale: [100, 100, 8] },
      cuda_kwargs: {
        scale_multiplier: 3,
        H: 200,
        W: 200,
        D: 16,
        pc_min: [-50, -50, -5],
        grid_size: 0.5,
      },
    },
  },
};

Deno.test("the original's options give the preset of that name", () => {
  assertEquals(originalConfig(SOLID), presets.nuscenes_gs25600_solid);
});

Deno.test("an option without a counterpart is refused by its path", () => {
  const { model } = SOLID;
  const cases: [unknown, string][] = [
    [
      { ...SOLID, model: { ...model, img_backbone: { ...RESNET, depth: 77 } } },
      '"model.img_backbone.depth" is 77, it must be one of 18, 34',
    ],
    [
      { ...SOLID, model: { ...model, img_neck: { ...model.img_neck, start_level: 0 } } },
      '"model.img_neck.start_level" is 0, only 1 is known here',
    ],
    [
      { ...SOLID, model: { ...model, lifter: { type: "GaussianLifter" } } },
      '"model.lifter.num_anchor" is missing, a number is needed',
    ],
    [{ ...SOLID, model: 3 }, '"model" is 3, a group is needed'],
    [{ ...SOLID, spconv_duplicates: "rep_last" }, '"spconv_duplicates" is "rep_last", known are'],
  ];
  for (const [options, message] of cases) {
    assertThrows(() => originalConfig(options), Error, message);
  }
});
