import { assertEquals } from "@std/assert";
import { Gpu } from "../../../../../gpu/device.ts";
import { ShapesOnly } from "../../../../../model/init.ts";
import type { SuperOccConfig } from "../../../../../model/occupancy/superocc/config/config.ts";
import { superOccPresets } from "../../../../../model/occupancy/superocc/config/presets.ts";
import { SuperOcc } from "../../../../../model/occupancy/superocc/network/superocc.ts";
import { superOcc } from "../../../../../model/occupancy/superocc/superocc.ts";
import { gpuTest } from "../../../../support.ts";

const { superocc_t: t, superocc_m: m } = superOccPresets;

/** Keys with their shapes. */
function shapesOf(gpu: Gpu, config: SuperOccConfig): Record<string, number[]> {
  const model = new SuperOcc(new ShapesOnly(Gpu.dry(gpu)), config);
  return Object.fromEntries(
    [...model.namedParameters()].map(([key, { shape }]) => [key, [...shape]]),
  );
}

gpuTest("SuperOcc's parameters have the original's names and shapes", (gpu) => {
  const shapes = shapesOf(gpu, t);
  const head = Object.entries(shapes).filter(([key]) => key.startsWith("pts_bbox_head."));
  // As many as the original's head of that size has.
  assertEquals(head.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b), 0), 49_812_472);
  const layer = "pts_bbox_head.transformer.decoder.decoder_layers";
  for (
    const [key, shape] of [
      ["img_backbone.layer1.0.downsample.0.weight", [256, 64, 1, 1]],
      ["img_backbone.layer4.2.bn3.running_var", [2048]],
      ["img_neck.lateral_convs.0.conv.weight", [256, 256, 1, 1]],
      ["img_neck.fpn_convs.3.conv.bias", [256]],
      ["pts_bbox_head.init_points.weight", [600, 3]],
      ["pts_bbox_head.ego_pose_memory.reduce.0.weight", [256, 156]],
      ["pts_bbox_head.ego_pose_memory.gamma.bias", [256]],
      [`${layer}.0.position_encoder.0.weight`, [256, 3]],
      [`${layer}.5.position_encoder.0.weight`, [256, 24]],
      [`${layer}.1.self_attn.attention.attn.in_proj_weight`, [768, 256]],
      [`${layer}.1.self_attn.attention.attn.out_proj.bias`, [256]],
      [`${layer}.1.self_attn.gen_tau.weight`, [8, 256]],
      [`${layer}.2.sampling.sampling_offset.weight`, [48, 256]],
      [`${layer}.2.sampling.scale_weights.bias`, [64]],
      [`${layer}.3.mixing.parameter_generator.weight`, [20480, 256]],
      [`${layer}.3.mixing.out_proj.weight`, [256, 8192]],
      [`${layer}.4.ffn.layers.0.0.weight`, [512, 256]],
      [`${layer}.4.ffn.layers.1.weight`, [256, 512]],
      [`${layer}.4.norm2.weight`, [256]],
      [`${layer}.5.cls_branch.6.weight`, [17, 256]],
      [`${layer}.5.reg_branch.4.weight`, [104, 256]],
      [`${layer}.5.scale.scale`, [13]],
    ] as const
  ) assertEquals([key, shapes[key]], [key, [...shape]]);
  const medium = shapesOf(gpu, m);
  assertEquals(medium[`${layer}.3.mixing.parameter_generator.weight`], [17408, 256]);
  assertEquals(medium[`${layer}.3.mixing.out_proj.weight`], [256, 4096]);
});

gpuTest("weights of SuperOcc are known by their keys, and their size by their shapes", (gpu) => {
  const weights = Object.fromEntries(
    Object.entries(shapesOf(gpu, m)).map(([key, shape]) => [key, { shape }]),
  );
  assertEquals(superOcc.keys.owns(Object.keys(weights)), true);
  const fitting = Object.entries(superOccPresets).filter(([, preset]) =>
    superOcc.fits(preset, weights)
  );
  assertEquals(fitting.map(([name]) => name), ["superocc_m", "occ3d/superocc_m"]);
});
