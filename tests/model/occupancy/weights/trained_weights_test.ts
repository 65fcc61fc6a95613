import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { NdArray } from "../../../../data/formats/nd_array.ts";
import { writeSafetensors } from "../../../../data/formats/safetensors.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { loadInitial } from "../../../../model/occupancy/weights/initial_weights.ts";
import { describeInitial } from "../../../../model/occupancy/weights/initial_weights.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { originalConfig } from "../../../../model/occupancy/config/original_config.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import {
  loadTrained,
  presetOf,
  readTrainedWeights,
} from "../../../../model/occupancy/weights/trained_weights.ts";
import { fromUpstream } from "../../../../model/occupancy/weights/upstream_names.ts";
import { Parameter } from "../../../../gpu/parameter.ts";
import { Initializer } from "../../../../model/init.ts";
import { DeformConv2d } from "../../../../model/layers/deform_conv2d.ts";
import { Linear } from "../../../../model/layers/linear.ts";
import { Module } from "../../../../model/module.ts";
import { caseExists, readCase, WHOLEMODEL } from "../../../golden/wholemodel/wholemodel.ts";
import { gpuTest } from "../../../support.ts";
import { f32, torchFile } from "../../../torch_file.ts";

class Block extends Module {
  readonly conv2: DeformConv2d;

  constructor(init: Initializer) {
    super();
    this.conv2 = new DeformConv2d(init, 2, 2, 1);
  }
}

/** A model in small, with the original's names. */
class Small extends Module {
  readonly imgBackbone: { layer3: Block[] } & Module;
  readonly imgNeck: Linear;
  readonly head: Linear;

  constructor(init: Initializer) {
    super();
    const backbone = new Module() as { layer3: Block[] } & Module;
    backbone.layer3 = [new Block(init)];
    this.imgBackbone = backbone;
    this.imgNeck = new Linear(init, 3, 2);
    this.head = new Linear(init, 2, 1);
  }
}

const dcn = "img_backbone.layer3.0.conv2";

/** Weights of `Small` as an old checkpoint of several processes holds them. */
const OLD: Record<string, NdArray> = {
  [`module.${dcn}.weight`]: f32([2, 2, 3, 3]),
  [`module.${dcn}_offset.weight`]: f32([27, 2, 3, 3]),
  [`module.${dcn}_offset.bias`]: f32([27]),
  "module.img_backbone.bn1.num_batches_tracked": {
    dtype: "int64",
    shape: [],
    data: BigInt64Array.of(7n),
  },
  "module.img_neck.weight": f32([2, 3]),
  "module.img_neck.bias": f32([2]),
  "module.head.weight": f32([1, 2], [5, 6]),
  "module.head.bias": f32([1], [7]),
};

async function inFolder(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function withSmall(gpu: Gpu, body: (model: Small) => Promise<void>) {
  const model = new Small(new Initializer(gpu, 1));
  try {
    await body(model);
  } finally {
    model.release();
  }
}

gpuTest(
  "a checkpoint of the original loads by its old names, from .pth and .safetensors",
  (gpu) =>
    inFolder(async (folder) => {
      const pth = join(folder, "latest.pth");
      const safe = join(folder, "weights.safetensors");
      await Deno.writeFile(pth, torchFile(OLD, { epoch: 20, global_iter: 70320 }));
      writeSafetensors(safe, Object.entries(OLD));
      for (const path of [pth, safe, folder]) {
        await withSmall(gpu, async (model) => {
          const trained = await readTrainedWeights(path);
          assertEquals([trained.file, trained.state], [path === safe ? safe : pth, null]);
          loadTrained(model, trained);
          const tensors = await model.tensors();
          assertEquals([...tensors["head.weight"]!.data], [5, 6]);
          assertEquals(tensors[`${dcn}.conv_offset.bias`]!.data, f32([27]).data);
        });
      }
    }),
);

gpuTest(
  "weights that do not fit are told all at once, and nothing is set",
  (gpu) =>
    inFolder(async (folder) => {
      const path = join(folder, "other.pth");
      const { "module.head.bias": _, ...rest } = OLD;
      await Deno.writeFile(
        path,
        torchFile({ ...rest, "module.img_neck.weight": f32([2, 4]), "module.stray": f32([1]) }),
      );
      await withSmall(gpu, async (model) => {
        const before = await model.tensors();
        const trained = await readTrainedWeights(path);
        const { message, cause } = assertThrows(() => loadTrained(model, trained), RangeError);
        assertEquals(message, `Cannot load "${path}": its weights do not fit the model`);
        assertEquals(
          (cause as Error).message,
          "Cannot load the weights: 1 missing (head.bias); 1 unexpected (stray); " +
            '1 misshapen ("img_neck.weight" is [2,4], should be [2,3])',
        );
        assertEquals(await model.tensors(), before);
      });
    }),
);

gpuTest(
  "to start from weights, a neck of another shape is left out, and all is told",
  (gpu) =>
    withSmall(gpu, async (model) => {
      const neck = (await model.tensors())["img_neck.bias"]!.data;
      const weights = {
        [`${dcn}.weight`]: f32([2, 2, 3, 3]),
        "img_neck.weight": f32([9, 3]),
        "img_neck.bias": f32([2], [8, 9]),
        "img_neck.norm": f32([2]),
        "head.bias": f32([1], [7]),
        "bbox_head.weight": f32([4]),
      };
      const report = loadInitial(model, { file: "r101.pth", weights, state: null });
      assertEquals(report.loaded, 2);
      assertEquals(report.dropped, ["img_neck.weight", "img_neck.bias", "img_neck.norm"]);
      const tensors = await model.tensors();
      assertEquals([...tensors["head.bias"]!.data], [7]);
      assertEquals(tensors["img_neck.bias"]!.data, neck);
      assertEquals(
        describeInitial(report),
        '2 parameters from "r101.pth"; 3 missing ' +
          `(${dcn}.conv_offset.weight, ${dcn}.conv_offset.bias, head.weight); ` +
          '1 unexpected (bbox_head.weight); 1 misshapen ("img_neck.weight" is ' +
          "[9,3], should be [2,3]); 3 keys of the neck and the anchors left out",
      );
    }),
);

gpuTest(
  "other misshapen keys, or none that fits, are no start",
  (gpu) =>
    withSmall(gpu, (model) => {
      const start = (weights: Record<string, NdArray>) => () =>
        loadInitial(model, { file: "a.pth", weights, state: null });
      assertThrows(
        start({ "head.weight": f32([3, 2]), "head.bias": f32([1]) }),
        RangeError,
        'Cannot start from "a.pth": 5 missing',
      );
      assertThrows(start({ "fc.weight": f32([3]) }), RangeError, "it has no key of the model");
      // What the file has is not called missing, whatever else does not fit.
      const { "module.head.weight": _, ...rest } = OLD;
      const whole = fromUpstream({ ...rest, "module.head.weight": f32([3, 2]) }).weights;
      const { message } = assertThrows(start(whole as Record<string, NdArray>), RangeError);
      assertEquals(
        message,
        'Cannot start from "a.pth": 1 misshapen ("head.weight" is [3,2], should be [1,2])',
      );
      return Promise.resolve();
    }),
);

gpuTest(
  "a detector's backbone, or one alone, becomes the model's backbone",
  (gpu) =>
    withSmall(gpu, (model) => {
      for (const prefix of ["backbone.", ""]) {
        const weights = {
          [`${prefix}conv1.weight`]: f32([1]),
          [`${prefix}layer3.0.conv2.weight`]: f32([2, 2, 3, 3]),
          "fc.weight": f32([2]),
        };
        const report = loadInitial(model, { file: "a.pth", weights, state: null });
        assertEquals(report.loaded, 1);
        assertEquals(report.unexpected, ["img_backbone.conv1.weight", "fc.weight"]);
      }
      return Promise.resolve();
    }),
);

gpuTest(
  "weights of another program are read, and what was done is told",
  (gpu) =>
    inFolder(async (folder) => {
      const path = join(folder, "compiled.ckpt");
      const compiled = Object.entries(OLD)
        .map(([key, tensor]) => [key.replace("module.", "model._orig_mod."), tensor] as const);
      await Deno.writeFile(path, torchFile(Object.fromEntries(compiled), { epoch: 2 }));
      const trained = await readTrainedWeights(path);
      assertEquals(trained.remarks, [
        `"${path}": its keys begin with "model._orig_mod.", which is left out`,
      ]);
      await withSmall(gpu, (model) => Promise.resolve(loadTrained(model, trained)));
      // Whatever the name says: the bytes tell.
      const misnamed = join(folder, "weights.pth");
      writeSafetensors(misnamed, Object.entries(OLD));
      const read = await readTrainedWeights(misnamed);
      assertEquals(Object.keys(read.weights).includes("head.bias"), true);
    }),
);

gpuTest("no hint leads to the preset that was given already", (gpu) =>
  withSmall(gpu, (model) => {
    const anchored = Object.assign(new Module(), { lifter: new Module(), part: model });
    (anchored.lifter as unknown as Record<string, unknown>).anchor = new Parameter(gpu, [600, 1]);
    const hintOf = (rows: number) => {
      const weights = { "lifter.anchor": f32([rows, 1]) };
      const error = assertThrows(() => loadTrained(anchored, { file: "a", weights, state: null }));
      return (error as { hint?: string }).hint;
    };
    assertEquals(presets.demo.gaussians.count, 600);
    assertEquals([hintOf(600), hintOf(25600)], [
      undefined,
      'they seem to be of preset "nuscenes_gs25600_solid"',
    ]);
    return Promise.resolve();
  }));

Deno.test("anchors tell the preset", () => {
  const anchors = (rows: number, learned = 0) => ({
    "lifter.anchor": f32([rows, 1]),
    ...(learned ? { "lifter.random_anchors": f32([learned, 1]) } : {}),
  });
  assertEquals(presetOf(anchors(144000)), "nuscenes_gs144000");
  assertEquals(presetOf(anchors(25600)), "nuscenes_gs25600_solid");
  assertEquals(presetOf(anchors(4000, 2400)), "prob/nuscenes_gs6400");
  assertEquals(presetOf(anchors(6400, 6400)), "prob/nuscenes_gs12800");
  assertEquals(presetOf(anchors(19200, 6400)), "prob/nuscenes_gs25600");
  assertEquals(presetOf(anchors(presets.demo.gaussians.count)), "demo");
  assertEquals(presetOf(anchors(5)), null);
});

Deno.test("a file that is not there or broken is named", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.pth");
    await assertRejects(() => readTrainedWeights(path), Error, "there is no such checkpoint");
    await Deno.writeFile(path, torchFile(OLD).subarray(0, 2000));
    await assertRejects(() => readTrainedWeights(path), SyntaxError, path);
  }));

for (const name of ["A", "C"]) {
  const exists = caseExists(name);
  if (!exists) console.log(`whole-model case ${name} is absent, its checkpoint is not read`);
  const run = exists ? gpuTest : (name: string) => Deno.test({ name, ignore: true, fn() {} });
  run(`the checkpoint of whole-model case ${name} loads strictly`, async (gpu) => {
    const trained = await readTrainedWeights(
      new URL(`${name}/state_dict.pth`, WHOLEMODEL).pathname,
    );
    const model = new GaussianFormer(
      new Initializer(gpu, 0),
      originalConfig(readCase(name).config) as GaussianFormerConfig,
    );
    try {
      loadTrained(model, trained);
      assert((await model.tensors())["lifter.anchor"]!.data.length > 0);
      const report = loadInitial(model, trained);
      assertEquals([report.missing, report.unexpected, report.dropped], [[], [], []]);
    } finally {
      model.release();
    }
  });
}
