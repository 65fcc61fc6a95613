import { assertEquals, assertThrows } from "@std/assert";
import { applyOverrides, type Plain } from "../../cli/command_line/overrides.ts";
import { configOf } from "../../cli/presets.ts";
import { UsageError } from "../../cli/command_line/usage_error.ts";
import { checkConfig } from "../../model/occupancy/table.ts";
import { presets } from "../../model/occupancy/gaussianformer/config/presets.ts";
import { worldPresets } from "../../model/occupancy/gaussianworld/config/presets.ts";
import { originalConfig } from "../../model/occupancy/config/original_config.ts";
import { caseExists, readCase } from "../golden/wholemodel/wholemodel.ts";
import { f32 } from "../torch_file.ts";

/** Every setting of a configuration, by its path. */
function* settings(node: Plain, path = ""): Generator<[string, Plain]> {
  if (typeof node !== "object" || node === null) yield [path, node];
  else {
    for (const [key, value] of Object.entries(node)) {
      yield* settings(value, path ? `${path}.${key}` : key);
    }
  }
}

for (const [name, preset] of Object.entries({ ...presets, ...worldPresets })) {
  Deno.test(`every setting of ${name} can be set, and to nothing of another kind`, () => {
    checkConfig(preset);
    const all = [...settings(preset as unknown as Plain)];
    assertEquals(applyOverrides(preset, all.map(([path, value]) => `${path}=${value}`)), preset);
    for (const [path, value] of all) {
      if (typeof value === "string" || value === null) continue;
      const wrong = typeof value === "number" ? "true" : "3";
      assertThrows(() => applyOverrides(preset, [`${path}=${wrong}`]), UsageError, path);
    }
    for (const path of ["optim.learningRate", "gaussians.count.x", "encoder"]) {
      assertThrows(() => applyOverrides(preset, [`${path}=1`]), UsageError, "Cannot set");
    }
  });
}

const WRONG: [set: string, problem: string][] = [
  ["encoder.groups=5", 'a divisor of "encoder.embedDims", 128'],
  ["encoder.order=v3", "one of v1, v2"],
  ["encoder.kernel=4", "an odd whole number to 31"],
  ["encoder.dropout=1", "from 0 to below 1"],
  ["encoder.blocks=1.5", "a whole number from 1"],
  ["gaussians.count=4000", '"lifter.count" is 4000'],
  ["gaussians.scaleRange=[3,1]", "the smaller one first"],
  ["gaussians.semantics=18", "one of 17"],
  ['task.classes=["a"]', "task.classes"],
  ["task.empty=18", '"task.empty" is 18, it must be a class'],
  ["task.ignored=[17]", "labels other than the empty one"],
  ["task.around=[[0,1],[2,3]]", "rows in which each of 6 cameras stands once"],
  ["occupancy.voxel=0.7", "a multiple of 0.5, the voxels of the labels of SurroundOcc"],
  ["occupancy.voxel=0.4", '"occupancy.voxel" is 0.4'],
  ["occupancy.voxel=5", "that divides 200x200x16"],
  ["occupancy.range=[-50,-50,-5,50,50]", "low and high corner"],
  [
    "occupancy.range=[-50,-50,-4,50,50,4]",
    '"occupancy.range" is [-50,-50,-4,50,50,4], it must be low and high corner of the labels of ' +
    "SurroundOcc, [-50,-50,-5,50,50,3]",
  ],
  ["occupancy.range=[0,-50,-5,100,50,3]", "the labels of SurroundOcc"],
  ["occupancy.range=[-40,-40,-5,40,40,3]", "the labels of SurroundOcc"],
  ["head.kind=prob", "one of additive, probabilistic"],
  ["head.supervised=random_9", "within 4 blocks"],
  ["lifter.subset=fps", "one of farthest, random"],
  ["lifter.backbone.style=tf", '"lifter.backbone.style"'],
  ["loss.nll=-1", "0 or above"],
  ["optim.steps=0", '"optim.steps" is 0'],
  ["optim.betas=[0.9,1]", "two numbers from 0 to below 1"],
  ["optim.batch=1.5", "a whole number from 1"],
  ["optim.schedule=step", "one of cosine, multistep"],
  ["optim.milestones=[5,2]", "the smaller ones first"],
  ['optim.rules.keys=[{"key":"lifter","lr":-1,"decay":1}]', '"optim.rules.keys"'],
  ["optim.rules.normDecay=-1", "null or 0 or above"],
  ["image.resize=[1.2,0.8]", "the smaller one first"],
  ["image.rotate=[-200,0]", "from -180 to 180"],
  ["image.channels=gbr", "one of rgb, bgr"],
  ["image.deviation=[1,0,1]", "3 numbers above 0"],
  ["image.width=20000", "a whole number from 32 to 16384"],
  ["backbone.stageBlocks=[3,4,23,1e6]", "4 whole numbers from 1 to 1000"],
  ["encoder.blocks=5000", "a whole number from 1 to 1000"],
  ["optim.lr=2e9", "0 or above"],
  ["optim.clipNorm=2e9", "above 0"],
  ["loss.lovaszIgnore=-1", "a whole number from 0"],
  ["image.width=8", "a whole number from 32"],
];
for (const [set, problem] of WRONG) {
  Deno.test(`no model can be made with ${set}`, () => {
    const chosen = { preset: "prob/nuscenes_gs6400", set: [set] } as const;
    assertThrows(() => configOf(chosen), RangeError, problem);
  });
}

Deno.test("all settings that are wrong are told at once", () => {
  const set = ["optim.steps=0", "loss.balance=x"];
  const { message } = assertThrows(() => configOf({ preset: "demo", set }), RangeError);
  assertEquals(
    message,
    'Cannot use the settings: "loss.balance" is "x", it must be one of manual, frequency, none; ' +
      '"optim.steps" is 0, it must be a whole number from 1',
  );
});

const state = {
  version: "0",
  trainee: "occupancy" as const,
  preset: "demo",
  config: { ...presets.demo, optim: { ...presets.demo.optim, steps: 7 } },
  seed: 1,
  step: 7,
  random: { seed: 1, counter: 0 },
  position: { epoch: 0, index: 0 },
};
const own = { file: "a.safetensors", weights: {}, state };

Deno.test("a checkpoint brings its own settings, --set changes them", () => {
  assertEquals(configOf({ set: [] }, own).config, state.config);
  assertEquals(configOf({ preset: "demo", set: [] }, own).config.optim.steps, 7);
  assertEquals(configOf({ set: ["optim.steps=9"] }, own).config.optim.steps, 9);
});

Deno.test("a checkpoint of another preset is one clear error", () => {
  const { message } = assertThrows(
    () => configOf({ preset: "nuscenes_gs144000", set: [] }, own),
    UsageError,
  );
  const cannot = (what: string) => `Cannot use "${what}" as preset "nuscenes_gs144000": `;
  assertEquals(message, `${cannot("a.safetensors")}it was trained as "demo"`);
  const weights = { "lifter.anchor": f32([25600, 1]) };
  const theirs = { file: "b.pth", weights, state: null };
  assertThrows(
    () => configOf({ preset: "nuscenes_gs144000", set: [] }, theirs),
    UsageError,
    `${cannot("b.pth")}by its shapes it is of "nuscenes_gs25600_solid"`,
  );
  const [named] = [configOf({ preset: "nuscenes_gs25600_solid", set: [] }, theirs)];
  assertEquals(named.config, presets.nuscenes_gs25600_solid);
});

for (const name of ["A", "C"]) {
  const exists = caseExists(name);
  if (!exists) console.log(`whole-model case ${name} is absent, its settings are not checked`);
  Deno.test({
    name: `the settings of whole-model case ${name} pass`,
    ignore: !exists,
    fn: () => checkConfig(originalConfig(readCase(name).config)),
  });
}
