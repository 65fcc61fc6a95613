import { assertEquals } from "@std/assert";
import { presets } from "../../../../model/occupancy/table.ts";
import { quadricFormerPresets } from "../../../../model/occupancy/quadricformer/config/presets.ts";
import { keys } from "../../../../model/occupancy/quadricformer/keys.ts";
import { QuadricFormer } from "../../../../model/occupancy/quadricformer/network/quadricformer.ts";
import { DERIVED_KEYS } from "../../../../model/occupancy/weights/derived_keys.ts";
import { presetsOf } from "../../../../model/occupancy/weights/trained_weights.ts";
import { fromUpstream } from "../../../../model/occupancy/weights/upstream_names.ts";
import { DryInitializer } from "../gaussianformer/config/dry_initializer.ts";

type Shapes = Record<string, number[]>;

/** Parameters of the original below "lifter", "encoder" and "neck" for `anchors` anchors: names and shapes. */
function originalShapes(anchors: number): Shapes {
  const shapes: Shapes = { "lifter.anchor": [anchors, 30] };
  const put = (key: string, ...shape: number[]) => shapes[key] = shape;
  const linear = (key: string, outputs: number, inputs: number) => {
    put(`${key}.weight`, outputs, inputs);
    put(`${key}.bias`, outputs);
  };
  const norm = (key: string) => {
    put(`${key}.weight`, 128);
    put(`${key}.bias`, 128);
  };
  const embedding = (key: string, inputs: number) => {
    linear(`${key}.0`, 128, inputs);
    norm(`${key}.2`);
    linear(`${key}.3`, 128, 128);
    norm(`${key}.5`);
  };
  const inputs = { xyz: 3, scale: 3, rot: 4, opacity: 1, uv: 2, semantics: 17, output: 128 };
  for (const [part, count] of Object.entries(inputs)) {
    embedding(`encoder.anchor_encoder.${part}_fc`, count);
  }
  for (let block = 0; block < 4; block++) {
    const slot = (offset: number) => `encoder.layers.${17 * block + offset}`;
    linear(`${slot(1)}.kps_generator.learnable_fc`, 18, 128);
    linear(`${slot(1)}.weights_fc`, 208, 128);
    linear(`${slot(1)}.output_proj`, 128, 128);
    embedding(`${slot(1)}.camera_encoder`, 12);
    for (const offset of [3, 7, 11, 15]) norm(slot(offset));
    for (const offset of [5, 13]) {
      linear(`${slot(offset)}.layers.0.0`, 512, 128);
      linear(`${slot(offset)}.layers.1`, 128, 512);
    }
    for (const layer of [0, 3, 6]) {
      put(`${slot(9)}.layers.${layer}.weight`, 128, 5, 5, 5, 128);
      put(`${slot(9)}.layers.${layer}.bias`, 128);
      norm(`${slot(9)}.layers.${layer + 1}`);
    }
    linear(`${slot(9)}.output_proj`, 128, 128);
    for (const layer of [0, 2, 5, 7]) linear(`${slot(16)}.output_layers.${layer}`, 128, 128);
    for (const layer of [4, 9]) norm(`${slot(16)}.output_layers.${layer}`);
    linear(`${slot(16)}.output_layers.10`, 30, 128);
    put(`${slot(16)}.output_layers.11.scale`, 30);
  }
  for (const [i, channels] of [512, 1024, 2048].entries()) {
    put(`neck.lateral_convs.${i}.conv.weight`, 128, channels, 1, 1);
    put(`neck.lateral_convs.${i}.conv.bias`, 128);
  }
  for (let i = 0; i < 4; i++) {
    put(`neck.fpn_convs.${i}.conv.weight`, 128, 128, 3, 3);
    put(`neck.fpn_convs.${i}.conv.bias`, 128);
  }
  return shapes;
}

for (const [name, anchors] of [["sq1600", 1600], ["sq6400", 6400], ["sq12800", 12800]] as const) {
  Deno.test(`${name} has the original's keys and shapes, and reads its files`, () => {
    const model = new QuadricFormer(new DryInitializer(), quadricFormerPresets[name]);
    const own = [...model.namedParameters()];
    const theirs = Object.fromEntries(
      own.map(([key, { shape }]) => [keys.theirs(key), [...shape]]),
    );
    const wanted = originalShapes(anchors);
    const withoutBackbone = Object.entries(theirs).filter(([key]) => !key.startsWith("backbone."));
    assertEquals(Object.fromEntries(withoutBackbone), wanted);
    // Of ResNet-101: 104 convolutions, as many norms of four arrays, offsets of 26 deformable ones.
    const backbone = Object.keys(theirs).filter((key) => key.startsWith("backbone."));
    assertEquals(backbone.length, 104 * 5 + 26 * 2);
    // As a file of it lies there: from DDP, with buffers that follow from the settings.
    const file = {
      ...theirs,
      "lifter.instance_feature": [anchors, 128],
      "head.gt_xyz": [1, 200, 200, 16, 3],
      "head.aggregator.pc_min": [1, 3],
    };
    const stored = Object.entries(file).map(([key, shape]) =>
      [`module.${key}`, { shape, data: new Float32Array(0) }] as const
    );
    const { weights } = fromUpstream(Object.fromEntries(stored));
    const { missing, unexpected, misshapen } = model.differences(weights, { ignore: DERIVED_KEYS });
    assertEquals({ missing, unexpected, misshapen }, {
      missing: [],
      unexpected: [],
      misshapen: [],
    });
    assertEquals(presetsOf(weights).includes(name), true);
    assertEquals(presetsOf(weights).every((preset) => preset in presets), true);
  });
}
