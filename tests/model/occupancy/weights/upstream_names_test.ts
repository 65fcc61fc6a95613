import { assertEquals } from "@std/assert";
import { DERIVED_KEYS } from "../../../../model/occupancy/weights/derived_keys.ts";
import { fromUpstream } from "../../../../model/occupancy/weights/upstream_names.ts";

const one = { shape: [1], data: Float32Array.of(1) };
const two = { shape: [1], data: Float32Array.of(2) };

Deno.test("offsets of deformable convolutions are found under their old name", () => {
  assertEquals(fromUpstream({ "a.conv2_offset.weight": one, "a.conv2.weight": two }).weights, {
    "a.conv2.conv_offset.weight": one,
    "a.conv2.weight": two,
  });
  // Where both are there, the new name stands.
  const both = { "a.conv2_offset.bias": one, "a.conv2.conv_offset.bias": two };
  assertEquals(fromUpstream(both).weights, { "a.conv2.conv_offset.bias": two });
});

const KEYS = ["img_backbone.conv1.weight", "lifter.anchor", "head.empty_scalar"];
const WRAPPED: [prefix: string, given: string[], names: string[]][] = [
  ["", KEYS, KEYS],
  ...[
    "_orig_mod.",
    "model.",
    "module.",
    "module._orig_mod.",
    "_orig_mod.module.model.",
    "ema_model.",
  ]
    .map((prefix): [string, string[], string[]] => [
      prefix,
      KEYS.map((key) => prefix + key),
      KEYS,
    ]),
  // Lightning keeps the loss beside the model, an averaged model its count.
  ["model.", [...KEYS.map((key) => `model.${key}`), "criterion.weight"], [
    ...KEYS,
    "criterion.weight",
  ]],
  ["module.", [...KEYS.map((key) => `module.${key}`), "n_averaged"], [...KEYS, "n_averaged"]],
  // A part of that name is no wrapper.
  ["", [...KEYS, "model.x"], [...KEYS, "model.x"]],
];
for (const [prefix, given, names] of WRAPPED) {
  Deno.test(`wrappers' prefixes are left out and told: "${prefix}" of ${given.length}`, () => {
    const { weights, remarks } = fromUpstream(Object.fromEntries(given.map((key) => [key, one])));
    assertEquals(Object.keys(weights), names);
    assertEquals(remarks, prefix ? [`its keys begin with "${prefix}", which is left out`] : []);
  });
}

Deno.test("kernels in spconv 1.x's layout are turned, those of spconv 2 stay", () => {
  const [k, inputs, outputs] = [3, 2, 4];
  const key = "encoder.layers.4.layer.weight";
  const at = (x: number, y: number, z: number, i: number, o: number) =>
    1000 * x + 100 * y + 10 * z + i + o / 8;
  const walk = (order: (...place: [number, number, number, number, number]) => void) => {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        for (let c = 0; c < k; c++) {
          for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) order(a, b, c, i, o);
        }
      }
    }
  };
  const old = {
    shape: [k, k, k, inputs, outputs],
    data: new Float32Array(k ** 3 * inputs * outputs),
  };
  let next = 0;
  walk((x, y, z, i, o) => old.data[next++] = at(x, y, z, i, o));
  const { weights, remarks } = fromUpstream({
    [key]: old,
    "encoder.layers.9.layer.3.weight": { ...old, shape: [4, 3, 3, 3, 2] },
    "other.weight": old,
  });
  assertEquals(remarks.length, 1);
  assertEquals(remarks[0]!.startsWith("1 kernels in spconv 1.x's layout"), true);
  const { shape, data } = weights[key]!;
  assertEquals(shape, [outputs, k, k, k, inputs]);
  walk((x, y, z, i, o) => {
    assertEquals(data[(((o * k + x) * k + y) * k + z) * inputs + i], at(x, y, z, i, o));
  });
  assertEquals(weights["encoder.layers.9.layer.3.weight"]!.shape, [4, 3, 3, 3, 2]);
  assertEquals(weights["other.weight"]!.shape, old.shape);
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
