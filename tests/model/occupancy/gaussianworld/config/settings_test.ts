import { assertEquals, assertThrows } from "@std/assert";
import { applyOverrides } from "../../../../../cli/command_line/overrides.ts";
import { originalConfig } from "../../../../../model/occupancy/config/original_config.ts";
import { worldPresets } from "../../../../../model/occupancy/gaussianworld/config/presets.ts";
import { checkConfig } from "../../../../../model/occupancy/table.ts";
import { caseExists, CLIPS, readCase } from "../../../../golden/wholemodel/wholemodel.ts";

const { "gaussianworld/stream": stream } = worldPresets;

const WRONG: [set: string, problem: string][] = [
  ["encoder.order=v1", '"encoder.order" is "v1", it must be one of world'],
  ["encoder.refinement=v2", "one of residual"],
  ["encoder.convolutions=0", "a whole number from 1"],
  ["encoder.semanticsActivation=identity", "one of softplus"],
  ["gaussians.semantics=18", "one of 17"],
  ["gaussians.opacity=false", "one of true"],
  ["optim.batch=2", '"optim.batch" is 2, it must be one of 1'],
  ["stream.clip=0", "a whole number from 1"],
  ["stream.forget=[[2,5]]", "a list of [chance from 0 to 1, epochs]"],
  ["stream.temporalBlocks=5", "a whole number from 0 to 4"],
  ["stream.prior=[0,1,1]", "3 whole numbers"],
  ["stream.fallback=none", "one of original, whole"],
];
for (const [set, problem] of WRONG) {
  Deno.test(`no GaussianWorld can be made with ${set}`, () => {
    assertThrows(() => checkConfig(applyOverrides(stream, [set])), RangeError, problem);
  });
}

const exists = caseExists("S1", CLIPS);
if (!exists) console.log("whole-model case S1 is absent, its settings are not read");

/** The settings of S1 at the original's full size, as its files for streaming have them. */
function fullSize() {
  const { config } = readCase("S1", CLIPS);
  const { model, ...rest } = config as { model: Record<string, Record<string, unknown>> };
  const range = [-50, -50, -5, 50, 50, 3];
  const resized = JSON.parse(JSON.stringify(model), (key, value) => {
    if (key === "pc_range") return range;
    if (key === "pc_min") return range.slice(0, 3);
    if (key === "scale_range") return [0.08, 0.64];
    if (key === "embed_dims" || key === "normalized_shape" || key === "embed_channels") return 128;
    if (key === "num_anchor") return 25600;
    return value;
  });
  const { backbone, neck, encoder, future_decoder: decoder, head } = resized;
  for (const name of ["stage_blocks", "stem_channels", "base_channels"]) delete backbone[name];
  Object.assign(backbone, { depth: 101, with_cp: true });
  Object.assign(neck, { out_channels: 128, in_channels: [256, 512, 1024, 2048] });
  Object.assign(encoder, { num_encoder: 4, num_refine_temporal: 3, return_layer_idx: [2, 3] });
  encoder.operation_order = [...encoder.operation_order, ...encoder.operation_order.slice(0, 5)];
  Object.assign(encoder.ffn, { in_channels: 256, feedforward_channels: 512, ffn_drop: 0.1 });
  encoder.deformable_model.attn_drop = 0.15;
  const three = (value: number) => [value, value, value];
  Object.assign(encoder.spconv_layer, {
    in_channels: 128,
    grid_size: three(0.5),
    kernel_size: three(5),
    stride: three(1),
    padding: three(2),
    dilation: three(1),
  });
  decoder.anchor_prior_kwargs.anchor_resolution = [200, 200, 16];
  Object.assign(head.cuda_kwargs, { H: 200, W: 200, D: 16, grid_size: 0.5 });
  const dataset = { type: "NuScenes_Scene_SurroundOcc_Dataset_Stream", num_frames: 38 };
  const wrapper = {
    type: "NuScenes_Scene_Occ_DatasetWrapper_Stream",
    final_dim: [864, 1600],
    resize_lim: [1, 1],
    flip: true,
    phase: "train",
  };
  return {
    ...rest,
    model: resized,
    train_dataset_config: { ...dataset, imageset: "train.pkl", phase: "train" },
    train_wrapper_config: wrapper,
    p_frame_schedule: [[0.2, 5], [0.1, 5], [0.05, 5], [0.033, 5], [0, 10]],
    frame_schedule: [[5, 5], [10, 5], [20, 5], [30, 5], [38, 10]],
    warmup_iters: 1000,
  };
}

Deno.test({
  name: "settings in the original's words are those of the preset; what differs is refused by name",
  ignore: !exists,
  fn: () => {
    const full = fullSize();
    assertEquals(originalConfig(full), stream);
    const refused = (change: (options: ReturnType<typeof fullSize>) => void, problem: string) => {
      const options = structuredClone(full);
      change(options);
      assertThrows(() => originalConfig(options), SyntaxError, problem);
    };
    refused(({ model }) => model.lifter.semantic_dim = 17, '"model.lifter.semantic_dim" is 17');
    refused(
      ({ model }) => model.encoder.refine_layer.unit = 1,
      '"model.encoder.refine_layer.unit"',
    );
    refused((all) => all.p_frame_schedule = [[2, 5]], '"p_frame_schedule" is [[2,5]]');
    refused(
      ({ model }) => model.encoder.spconv_layer.kernel_size = [5, 3, 5],
      "all convolutions must have the same",
    );
  },
});
