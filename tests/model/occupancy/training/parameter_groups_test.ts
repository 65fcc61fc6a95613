import { assertEquals } from "@std/assert";
import type { Parameter } from "../../../../gpu/parameter.ts";
import type { OptimConfig } from "../../../../model/occupancy/config/model_config.ts";
import { NO_RULES } from "../../../../model/occupancy/config/defaults.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { parameterGroups } from "../../../../model/occupancy/training/parameter_groups.ts";

const SHAPES: Record<string, number[]> = {
  "img_backbone.layer1.0.conv1.weight": [4, 4, 1, 1],
  "img_backbone.layer1.0.bn1.weight": [4],
  "img_backbone.layer1.0.bn1.bias": [4],
  "img_backbone.layer3.0.conv2.conv_offset.bias": [27],
  "img_neck.fpn_convs.0.conv.bias": [4],
  "lifter.anchor": [5, 28],
  "lifter.initialize_backbone.img_backbone.conv1.weight": [4, 3, 7, 7],
  "encoder.layers.2.weight": [4],
  "encoder.layers.2.bias": [4],
  "encoder.layers.3.layers.11.scale": [28],
  "head.empty_scalar": [1],
};
const BASE = { ...presets.nuscenes_gs25600_solid.optim, backboneLr: 1, weightDecay: 0.5 };

/** [factor of the rate, weight decay] of each parameter. */
function sorted(optim: Partial<OptimConfig>): Record<string, [number, number]> {
  const named = Object.entries(SHAPES)
    .map(([key, shape]) => [key, { shape } as unknown as Parameter] as const);
  const keys = new Map(named.map(([key, parameter]) => [parameter, key]));
  const result: Record<string, [number, number]> = {};
  for (const { parameters, lr, weightDecay } of parameterGroups(named, { ...BASE, ...optim })) {
    for (const parameter of parameters) result[keys.get(parameter)!] = [lr, weightDecay];
  }
  assertEquals(Object.keys(result).sort(), Object.keys(SHAPES).sort(), "each is in one group");
  return result;
}

const OFFSET = "img_backbone.layer3.0.conv2.conv_offset.bias";
const NECK = "img_neck.fpn_convs.0.conv.bias";

// What MMEngine's DefaultOptimWrapperConstructor gives with the same paramwise_cfg.
const CASES: [
  name: string,
  optim: Partial<OptimConfig>,
  differs: Record<string, [number, number]>,
][] = [
  ["nothing is told apart without rules", {}, {}],
  ["the backbone, wherever it stands", { backboneLr: 0.1, backboneDecay: 0.5 }, {
    "img_backbone.layer1.0.conv1.weight": [0.1, 0.25],
    "img_backbone.layer1.0.bn1.weight": [0.1, 0.25],
    "img_backbone.layer1.0.bn1.bias": [0.1, 0.25],
    [OFFSET]: [0.1, 0.25],
    "lifter.initialize_backbone.img_backbone.conv1.weight": [0.1, 0.25],
  }],
  ["the longest word decides", {
    backboneLr: 0.1,
    rules: {
      ...NO_RULES,
      keys: [{ key: "lifter", lr: 5, decay: 0 }, { key: "img_backbone.layer3", lr: 0.2, decay: 1 }],
    },
  }, {
    "img_backbone.layer1.0.conv1.weight": [0.1, 0.5],
    "img_backbone.layer1.0.bn1.weight": [0.1, 0.5],
    "img_backbone.layer1.0.bn1.bias": [0.1, 0.5],
    [OFFSET]: [0.2, 0.5],
    "lifter.anchor": [5, 0],
    "lifter.initialize_backbone.img_backbone.conv1.weight": [0.1, 0.5],
  }],
  ["norms do not decay, but where a word decides", {
    backboneLr: 0.1,
    rules: { ...NO_RULES, normDecay: 0 },
  }, {
    "img_backbone.layer1.0.conv1.weight": [0.1, 0.5],
    "img_backbone.layer1.0.bn1.weight": [0.1, 0.5],
    "img_backbone.layer1.0.bn1.bias": [0.1, 0.5],
    [OFFSET]: [0.1, 0.5],
    "lifter.initialize_backbone.img_backbone.conv1.weight": [0.1, 0.5],
    "encoder.layers.2.weight": [1, 0],
    "encoder.layers.2.bias": [1, 0],
  }],
  ["biases, those of norms and offsets apart", {
    rules: { ...NO_RULES, biasLr: 2, biasDecay: 0, offsetLr: 0.1 },
  }, {
    "img_backbone.layer1.0.bn1.bias": [1, 0],
    [OFFSET]: [0.1, 0.5],
    [NECK]: [2, 0],
    "encoder.layers.2.bias": [1, 0],
  }],
  ["what has one axis", { rules: { ...NO_RULES, flatDecay: 0 } }, {
    "img_backbone.layer1.0.bn1.weight": [1, 0],
    "img_backbone.layer1.0.bn1.bias": [1, 0],
    [NECK]: [1, 0],
    "encoder.layers.2.weight": [1, 0],
    "encoder.layers.2.bias": [1, 0],
    "encoder.layers.3.layers.11.scale": [1, 0],
    "head.empty_scalar": [1, 0],
  }],
];
for (const [name, optim, differs] of CASES) {
  Deno.test(`groups of parameters: ${name}`, () => {
    const same = Object.keys(SHAPES).map((key) => [key, [1, 0.5]]);
    assertEquals(sorted(optim), { ...Object.fromEntries(same), ...differs });
  });
}
