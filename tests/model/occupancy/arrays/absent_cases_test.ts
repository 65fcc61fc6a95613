import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import { runModel } from "../../../../model/occupancy/arrays/run_model_file.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { originalConfig } from "../../../../model/occupancy/config/original_config.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { Initializer } from "../../../../model/init.ts";
import type { Arrays } from "../../../../model/operators/operator.ts";
import { caseExists, readCase } from "../../../golden/wholemodel/wholemodel.ts";
import { gpuTest, noise } from "../../../support.ts";

// The whole-model folder describes cases B, D and E, and holds A and C: these have the settings of the
// former put into the configurations of the latter, and random weights and pictures.
const VOXELS = 40 * 40 * 8;
const LEVELS = ["fpn.P0", "fpn.P1", "fpn.P2", "fpn.P3"];

type Json = Record<string, any>;

function like(name: string, change: (config: Json) => void): GaussianFormerConfig {
  const config = readCase(name).config as Json;
  change(config);
  return originalConfig(config) as GaussianFormerConfig;
}

function inputsOf(config: GaussianFormerConfig, cameras: number, rays = 0): Arrays {
  const { width, height } = config.image;
  const matrices = Array.from({ length: cameras }, (_, camera) => {
    const [c, s] = [Math.cos(camera), Math.sin(camera)];
    const [f, x, y] = [0.8 * width, width / 2, height / 2];
    const mirrored = camera === cameras - 1;
    const across = mirrored
      ? [-f * s + (width - x) * c, f * c + (width - x) * s, 0, 0]
      : [f * s + x * c, -f * c + x * s, 0, 0];
    return [...across, y * c, y * s, -f, 1.5 * f, c, s, 0, 0, 0, 0, 0, 1];
  });
  const labels = Int32Array.from(
    noise(5, VOXELS, 0, 40),
    (value) => Math.min(17, Math.floor(value)),
  );
  const floats = (shape: number[], data: ArrayLike<number>) => ({
    shape,
    data: Float32Array.from(data),
  });
  return {
    img: floats(
      [1, cameras, 3, height, width],
      noise(4, cameras * 3 * height * width, -2, 2),
    ),
    projection_mat: floats([1, cameras, 4, 4], matrices.flat()),
    image_wh: floats([1, cameras, 2], matrices.flatMap(() => [width, height])),
    occ_label: { shape: [1, 40, 40, 8], data: labels },
    occ_cam_mask: { shape: [1, 40, 40, 8], data: Uint8Array.from(labels, (l) => Number(l !== 0)) },
    ...(rays ? { r: floats([1, cameras, height / 8, width / 8], noise(6, rays, 0, 0.999)) } : {}),
  };
}

async function weightsOf(gpu: Gpu, config: GaussianFormerConfig) {
  const model = new GaussianFormer(new Initializer(gpu, 11), config);
  const weights = await model.tensors();
  model.release();
  // What starts at zero would leave whole paths without a gradient.
  for (const [key, { data }] of Object.entries(weights)) {
    if (!/weights_fc|conv_offset|bn3\.weight/.test(key)) continue;
    data.set(noise(data.length, data.length, 0.02, 0.1));
  }
  return weights;
}

/** Runs a case, and checks what all of them have in common. */
async function runCase(gpu: Gpu, config: GaussianFormerConfig, inputs: Arrays, blocks: number) {
  const weights = await weightsOf(gpu, config);
  const result = await runModel(gpu, { config, weights, inputs }, { gradients: true, steps: 2 });
  const { outputs } = result;
  for (const [name, { data }] of Object.entries({ ...outputs, ...result.gradients })) {
    assert(Array.from(data).every(Number.isFinite), `${name} is not finite`);
  }
  const value = (name: string) => outputs[name]!.data[0]!;
  const numbers = Array.from({ length: blocks }, (_, i) => i);
  const terms = numbers.map((i) => 10 * value(`loss.${i}.ce`) + value(`loss.${i}.lovasz`));
  const mean = terms.reduce((a, b) => a + b) / blocks;
  const pixel = "loss.pixel" in outputs ? value("loss.pixel") : 0;
  assertAlmostEquals(value("loss.total"), mean + pixel, 1e-4 * Math.abs(mean));
  for (const i of numbers) {
    const shapes = ["covinv6", "radii", "cells", "num_pairs"].map((part) =>
      outputs[`head.${i}.${part}`]?.shape.length
    );
    assertEquals([shapes, outputs[`pred_occ.${i}`]!.shape], [[2, 1, 2, 1], [1, 18, VOXELS]]);
  }
  assertEquals(`pred_occ.${blocks}` in outputs, false);
  assertEquals(outputs.final_occ!.shape, [1, VOXELS]);
  assertEquals(result.losses.length, 3);
  return result;
}

function caseTest(name: string, base: string, body: (gpu: Gpu) => Promise<void>): void {
  if (caseExists(base)) return gpuTest(name, body);
  console.log(`skipping "${name}": whole-model case ${base} is not there`);
  Deno.test({ name, ignore: true, fn() {} });
}

const withoutOpacity = (config: Json) => {
  const { encoder, lifter } = config.model;
  for (const part of [lifter, encoder.anchor_encoder, encoder.refine_layer]) {
    part.include_opa = false;
    part.semantic_dim = 18;
  }
  encoder.refine_layer.semantics_activation = "identity";
  encoder.refine_layer.unit_xyz = [2, 2, 0.5];
  encoder.spconv_layer.use_out_proj = false;
  config.model.head.with_empty = false;
  config.model.head.apply_loss_type = "all";
};

caseTest(
  "like case B: no opacity, 18 classes, every block, three cameras, odd maps",
  "A",
  async (gpu) => {
    const config = like("A", (json) => {
      withoutOpacity(json);
      json.image_size = [152, 88];
      json.cameras = json.cameras.slice(0, 3);
      json.model.encoder.deformable_model.num_cams = 3;
      json.model.lifter.num_anchor = 61;
    });
    assertEquals([config.gaussians.opacity, config.gaussians.semantics], [false, 18]);
    const { outputs, gradients } = await runCase(gpu, config, inputsOf(config, 3), 2);
    assertEquals(LEVELS.map((name) => outputs[name]!.shape.slice(2)), [
      [11, 19],
      [6, 10],
      [3, 5],
      [2, 3],
    ]);
    assertEquals(outputs["block0.visible"]!.shape, [61, 9, 3]);
    assertEquals(outputs["block1.semantics"]!.shape, [1, 61, 18]);
    assertEquals("block0.opacities" in outputs, false);
    assertEquals(outputs["head.0.radii"]!.shape, [61]);
    // Voxels without a Gaussian keep logits of zero, and the first class.
    const logits = outputs["pred_occ.1"]!.data;
    const untouched = Array.from({ length: VOXELS }, (_, voxel) => voxel).filter((voxel) =>
      Array.from({ length: 18 }, (_, k) => logits[k * VOXELS + voxel]).every((value) => value === 0)
    );
    assert(untouched.length > 0);
    assert(untouched.every((voxel) => outputs.final_occ!.data[voxel] === 0));
    assertEquals(Object.keys(gradients).some((key) => /opacity_fc|empty_scalar/.test(key)), false);
    assertEquals(
      Object.keys(gradients).some((key) => key.includes("output_proj") && /\.4\./.test(key)),
      false,
    );
  },
);

caseTest(
  "like case D: legacy attention and cells from the weights and inputs of A",
  "A",
  async (gpu) => {
    const change = (legacy: boolean) => (json: Json) => {
      json.legacy = legacy;
      json.model.lifter.num_anchor = 90;
    };
    const [now, before] = [like("A", change(false)), like("A", change(true))];
    assertEquals([now.legacy, before.legacy], [false, true]);
    const inputs = inputsOf(now, 6);
    const a = await runCase(gpu, now, inputs, 1);
    const d = await runCase(gpu, before, inputs, 1);
    const differ = (name: string) =>
      Array.from(a.outputs[name]!.data).some((value, i) => value !== d.outputs[name]!.data[i]);
    // The same key points and pictures; another softmax, and cells counted from the lowest mean.
    assertEquals(["block0.key_points", "block0.visible", "fpn.P0"].map(differ), [
      false,
      false,
      false,
    ]);
    assertEquals(["layers.0.sampled", "spconv.0.cells", "spconv.0.dims"].map(differ), [
      true,
      true,
      true,
    ]);
    const { data: cells, shape } = d.outputs["spconv.0.cells"]!;
    const along = (axis: number) =>
      Array.from({ length: shape[0]! }, (_, i) => cells[3 * i + axis]!);
    const [lowest, largest] = [Math.min, Math.max].map((f) => [0, 1, 2].map((k) => f(...along(k))));
    assertEquals(lowest, [0, 0, 0]);
    assertEquals(Array.from(d.outputs["spconv.0.dims"]!.data), largest);
  },
);

caseTest(
  "like case E: four cameras, 61 depths, a mirrored picture, an odd number of Gaussians",
  "C",
  async (gpu) => {
    const config = like("C", (json) => {
      json.image_size = [224, 96];
      json.flip = true;
      json.cameras = json.cameras.slice(0, 4);
      json.model.encoder.deformable_model.num_cams = 4;
      Object.assign(json.model.lifter, { num_anchor: 47, random_samples: 26, num_samples: 61 });
    });
    const rays = 4 * 12 * 28;
    const { outputs, gradients } = await runCase(gpu, config, inputsOf(config, 4, rays), 1);
    assertEquals(outputs["lifter.representation"]!.shape, [1, 73, 28]);
    assertEquals(outputs["lifter.pixel_logits"]!.shape, [1, 4, 12, 28, 62]);
    assertEquals(outputs["lifter.pixel_gt"]!.shape, [1, 4, 12, 28, 62]);
    assertEquals(outputs["lifter.sample_index"]!.shape, [1, 4, 12, 28]);
    assert(
      Array.from(outputs["lifter.sample_index"]!.data).every((index) => index >= 0 && index <= 61),
    );
    assertEquals(outputs["lifter.points"]!.shape, [47, 3]);
    const chosen = Array.from(outputs["lifter.fps_index"]!.data);
    assertEquals([chosen.length, new Set(chosen).size, chosen[0]], [47, 47, 0]);
    assertEquals(outputs["block1.delta_means"]!.shape, [1, 73, 3]);
    for (const part of ["bin_logits", "density", "probability"]) {
      assertEquals(outputs[`head.0.${part}`]!.shape, [VOXELS]);
    }
    const lifter = Object.keys(gradients).filter((key) => /^lifter\.[^:]*$/.test(key));
    assertEquals(lifter, ["lifter.random_anchors"]);
  },
);
