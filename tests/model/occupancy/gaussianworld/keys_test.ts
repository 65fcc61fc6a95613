import { assert, assertEquals } from "@std/assert";
import { Gpu } from "../../../../gpu/device.ts";
import { ShapesOnly } from "../../../../model/init.ts";
import { worldPresets } from "../../../../model/occupancy/gaussianworld/config/presets.ts";
import { worldKeys } from "../../../../model/occupancy/gaussianworld/keys.ts";
import { GaussianWorld } from "../../../../model/occupancy/gaussianworld/network/gaussianworld.ts";
import { gpuTest } from "../../../support.ts";

// Keys and shapes of the original's checkpoints at their full size, of one block of four.
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  "lifter.anchor": [25600, 29],
  "encoder.anchor_encoder.xyz_fc.0.weight": [128, 3],
  "encoder.anchor_encoder.scale_fc.0.weight": [128, 3],
  "encoder.anchor_encoder.rot_fc.0.weight": [128, 4],
  "encoder.anchor_encoder.opacity_fc.0.weight": [128, 1],
  "encoder.anchor_encoder.semantics_fc.0.weight": [128, 18],
  "encoder.anchor_encoder.output_fc.5.weight": [128],
  "encoder.layers.15.kps_generator.learnable_fc.weight": [18, 128],
  "encoder.layers.15.weights_fc.weight": [208, 128],
  "encoder.layers.15.output_proj.weight": [128, 128],
  "encoder.layers.15.camera_encoder.0.weight": [128, 12],
  "encoder.layers.16.pre_norm.weight": [256],
  "encoder.layers.16.layers.0.0.weight": [512, 256],
  "encoder.layers.16.layers.1.weight": [128, 512],
  "encoder.layers.16.identity_fc.weight": [128, 256],
  "encoder.layers.17.weight": [128],
  "encoder.layers.18.layers.0.weight": [128, 5, 5, 5, 128],
  "encoder.layers.18.layers.6.bias": [128],
  "encoder.layers.18.layers.7.weight": [128],
  "encoder.layers.18.output_proj.weight": [128, 128],
  "encoder.layers.19.output_layers.0.weight": [128, 256],
  "encoder.layers.19.output_layers.9.weight": [128],
  "encoder.layers.19.output_layers.10.weight": [29, 128],
  "encoder.layers.19.output_layers.11.scale": [29],
  "head.empty_scalar": [1],
  "backbone.layer3.22.conv2.conv_offset.weight": [27, 256, 3, 3],
  "neck.lateral_convs.0.conv.weight": [128, 512, 1, 1],
};

gpuTest("parameters of the full size have the original's keys and shapes", (gpu) => {
  const dry = Gpu.dry(gpu);
  const { "gaussianworld/base": base, "gaussianworld/stream": stream } = worldPresets;
  const network = new GaussianWorld(new ShapesOnly(dry), base);
  const parameters = [...network.namedParameters()];
  const shapes = new Map(parameters.map(([key, { shape }]) => [worldKeys.theirs(key), shape]));
  for (const [key, shape] of Object.entries(SHAPES)) {
    assertEquals([key, shapes.get(key)], [key, shape]);
  }
  for (const [key] of parameters) assertEquals(worldKeys.ours(worldKeys.theirs(key)), key);
  assert(
    worldKeys.owns([...shapes.keys()]) && !worldKeys.owns(["encoder.layers.3.layers.0.weight"]),
  );

  const frozen = new GaussianWorld(new ShapesOnly(dry), stream);
  const trained = frozen.trainableParameters().map(([key]) => worldKeys.theirs(key));
  assertEquals(trained.filter((key) => /^(backbone|neck|lifter)\./.test(key)), []);
  assertEquals(trained.length, parameters.filter(([key]) => /^(encoder|head)/.test(key)).length);
});
