import { assertEquals } from "@std/assert";
import {
  DERIVED_KEYS,
  fromUpstream,
} from "../../../../model/gaussianformer/weights/upstream_names.ts";

const one = { shape: [1], data: Float32Array.of(1) };
const two = { shape: [1], data: Float32Array.of(2) };

Deno.test("offsets of deformable convolutions are found under their old name", () => {
  assertEquals(fromUpstream({ "a.conv2_offset.weight": one, "a.conv2.weight": two }), {
    "a.conv2.conv_offset.weight": one,
    "a.conv2.weight": two,
  });
  // Where both are there, the new name stands.
  assertEquals(fromUpstream({ "a.conv2_offset.bias": one, "a.conv2.conv_offset.bias": two }), {
    "a.conv2.conv_offset.bias": two,
  });
});

Deno.test("keys that follow from the configuration are known, weights are not among them", () => {
  const derived = [
    "img_backbone.bn1.num_batches_tracked",
    "lifter.instance_feature",
    "encoder.layers.4.pc_range",
    "encoder.layers.4.grid_size",
    "head.zero_tensor",
    "head.aggregator.pc_min",
    "head.empty_opa",
  ];
  assertEquals(derived.filter((key) => !DERIVED_KEYS.test(key)), []);
  const weights = ["head.empty_scalar", "lifter.anchor", "encoder.layers.4.layer.weight"];
  assertEquals(weights.filter((key) => DERIVED_KEYS.test(key)), []);
});
