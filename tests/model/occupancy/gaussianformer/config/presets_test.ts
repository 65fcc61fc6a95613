import { derivedShapes } from "./derived_shapes.ts";
import { assertEquals } from "@std/assert";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import { GaussianFormer } from "../../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { DERIVED_KEYS } from "../../../../../model/occupancy/weights/derived_keys.ts";
import { DryInitializer } from "./dry_initializer.ts";

/** Keys of the original's state and numbers of its trained parameters (specification, A and 2.11). */
const ORIGINAL: Record<Exclude<keyof typeof presets, "demo">, [keys: number, trained: number]> = {
  nuscenes_gs144000: [905, 56_731_766],
  nuscenes_gs25600_solid: [925, 53_483_255],
  "prob/nuscenes_gs6400": [1689, 71_459_366],
  "prob/nuscenes_gs12800": [1689, 71_571_366],
  "prob/nuscenes_gs25600": [1689, 71_571_366],
};

function shapesOf(config: GaussianFormerConfig) {
  const model = new GaussianFormer(new DryInitializer(), config);
  const parameters = [...model.namedParameters()];
  const own = Object.fromEntries(parameters.map(([key, { shape }]) => [key, [...shape]]));
  return { model, own, derived: derivedShapes(config, Object.keys(own)) };
}

for (const [name, [keys, trained]] of Object.entries(ORIGINAL)) {
  Deno.test(`${name} has the original's ${keys} keys and ${trained} trained parameters`, () => {
    const { model, own, derived } = shapesOf(presets[name as keyof typeof ORIGINAL]);
    assertEquals(Object.keys({ ...own, ...derived }).length, keys);
    assertEquals(Object.keys(own).length + Object.keys(derived).length, keys);
    assertEquals(
      model.trainableParameters().reduce((sum, [, { value }]) => sum + value.size, 0),
      trained,
    );
    assertEquals(Object.keys(derived).filter((key) => !DERIVED_KEYS.test(key)), []);
    assertEquals(Object.keys(own).filter((key) => DERIVED_KEYS.test(key)), []);
  });
}

Deno.test("shapes of keys that are easy to get wrong", () => {
  const solid = shapesOf(presets.nuscenes_gs25600_solid);
  const prob = shapesOf(presets["prob/nuscenes_gs25600"]);
  const gs144000 = shapesOf(presets.nuscenes_gs144000);
  const initializer = "lifter.initialize_backbone";
  const cases: [Record<string, number[]>, string, number[]][] = [
    [solid.own, "img_backbone.layer3.22.conv2.conv_offset.weight", [27, 256, 3, 3]],
    [solid.own, "img_backbone.layer4.0.downsample.0.weight", [2048, 1024, 1, 1]],
    [solid.own, "img_neck.lateral_convs.2.conv.weight", [128, 2048, 1, 1]],
    [solid.own, "encoder.layers.1.identity_fc.weight", [128, 256]],
    [solid.own, "encoder.layers.4.layer.weight", [128, 5, 5, 5, 128]],
    [solid.own, "encoder.layers.4.output_proj.weight", [128, 128]],
    [solid.own, "encoder.layers.21.layers.11.scale", [28]],
    [solid.own, "encoder.layers.18.weights_fc.weight", [144, 128]],
    [solid.own, "head.empty_scalar", [1]],
    [solid.derived, "encoder.layers.16.pc_range", [6]],
    [solid.derived, "head.empty_sem", [1, 1, 18]],
    [gs144000.own, "encoder.anchor_encoder.semantics_fc.0.weight", [128, 18]],
    [gs144000.own, "lifter.anchor", [144000, 28]],
    [prob.own, "lifter.anchor", [19200, 25]],
    [prob.own, "lifter.random_anchors", [6400, 28]],
    [prob.own, "lifter.projection.1.weight", [129, 512]],
    [prob.own, `${initializer}.img_neck.deblocks.0.0.weight`, [128, 256, 2, 2]],
    [prob.own, `${initializer}.img_neck.deblocks.3.0.weight`, [2048, 128, 4, 4]],
    [prob.own, "encoder.layers.60.layer.6.bias", [128]],
    [prob.own, "encoder.layers.52.kps_generator.learnable_fc.weight", [18, 128]],
    [prob.own, "encoder.layers.67.layers.10.weight", [28, 128]],
    [prob.derived, "lifter.instance_feature", [25600, 128]],
    [prob.derived, `${initializer}.img_neck.deblocks.1.1.num_batches_tracked`, []],
  ];
  for (const [shapes, key, shape] of cases) assertEquals(shapes[key], shape, key);
  assertEquals(gs144000.own["encoder.layers.4.output_proj.weight"], undefined);
  assertEquals(gs144000.own["encoder.anchor_encoder.opacity_fc.0.weight"], undefined);
});
