import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readSafetensors, writeSafetensors } from "../../data/formats/safetensors.ts";
import { convertCheckpoint, listCheckpoint } from "../../model/checkpoint_file.ts";
import { caseExists, WHOLEMODEL } from "../golden/wholemodel/wholemodel.ts";
import { f32, torchFile } from "../torch_file.ts";

async function inFolder(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const COUNT = { dtype: "int64", shape: [], data: BigInt64Array.of(7n) } as const;

Deno.test("a PyTorch checkpoint becomes safetensors under today's key names", () =>
  inFolder(async (folder) => {
    const [pth, out] = [join(folder, "a.pth"), join(folder, "b.safetensors")];
    await Deno.writeFile(
      pth,
      torchFile({
        "module.neck.conv2_offset.bias": f32([3], [1, 2, 3]),
        "module.head.weight": f32([2, 2]),
        "module.head.num_batches_tracked": { ...COUNT, shape: [] },
      }, { epoch: 20, global_iter: 70320 }),
    );
    const before = await listCheckpoint(pth);
    assertEquals([before.format, before.parameters, before.bytes], ["pytorch", 7, 36]);
    assertEquals(before.metadata, { epoch: 20, global_iter: 70320 });
    const after = await convertCheckpoint(pth, out);
    assertEquals(after, await listCheckpoint(out));
    assertEquals(after.parts, { neck: 3, head: 4 });
    assertEquals(after.metadata, { epoch: "20", global_iter: "70320" });
    const { tensors } = readSafetensors(out);
    assertEquals([...tensors.keys()].sort(), [
      "head.num_batches_tracked",
      "head.weight",
      "neck.conv2.conv_offset.bias",
    ]);
    assertEquals(tensors.get("neck.conv2.conv_offset.bias"), f32([3], [1, 2, 3]));
    assertEquals(tensors.get("head.num_batches_tracked")?.data, COUNT.data);
  }));

// Names that the modules here do not have, by model.
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  QuadricFormer: [
    "backbone.conv1.weight",
    "lifter.anchor",
    "encoder.anchor_encoder.uv_fc.0.weight",
    "encoder.layers.9.layers.0.bias",
    "encoder.layers.16.output_layers.10.bias",
  ],
  GaussianWorld: [
    "backbone.conv1.weight",
    "lifter.anchor",
    "encoder.layers.3.layers.0.bias",
    "encoder.layers.4.output_layers.10.bias",
  ],
};

for (const [name, keys] of Object.entries(OTHERS)) {
  Deno.test(`a checkpoint of ${name} keeps its names`, () =>
    inFolder(async (folder) => {
      const [pth, out] = [join(folder, "a.pth"), join(folder, "b.safetensors")];
      const stored = Object.fromEntries(keys.map((key) => [`module.${key}`, f32([2])]));
      await Deno.writeFile(pth, torchFile(stored));
      await convertCheckpoint(pth, out);
      assertEquals([...readSafetensors(out).tensors.keys()].sort(), [...keys].sort());
    }));
}

Deno.test("moments of a checkpoint of ours are counted, and left out by conversion", () =>
  inFolder(async (folder) => {
    const [own, out] = [join(folder, "step_1.safetensors"), join(folder, "out.safetensors")];
    const state = { preset: "demo", step: 1 };
    writeSafetensors(own, [
      ["head.weight", f32([2])],
      ["adamw.first.head.weight", f32([2])],
      ["adamw.second.head.weight", f32([2])],
    ], { voxsplat: JSON.stringify(state) });
    const { moments, parameters, metadata } = await listCheckpoint(own);
    assertEquals([moments, parameters, metadata], [2, 2, { voxsplat: state }]);
    const converted = await convertCheckpoint(own, out);
    assertEquals([converted.moments, converted.arrays.length], [0, 1]);
    assertEquals(converted.metadata, { voxsplat: state });
  }));

Deno.test("a file that cannot be read or written is named, and nothing is written", () =>
  inFolder(async (folder) => {
    const pth = join(folder, "a.pth");
    await assertRejects(() => listCheckpoint(pth), Error, "there is no such checkpoint");
    await Deno.writeFile(pth, torchFile({ a: f32([3]) }));
    await assertRejects(
      () => convertCheckpoint(pth, join(folder, "b.pth")),
      RangeError,
      "must end in .safetensors",
    );
    await Deno.truncate(pth, 100);
    const out = join(folder, "b.safetensors");
    await assertRejects(() => convertCheckpoint(pth, out), SyntaxError, pth);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.pth"]);
  }));

const there = caseExists("A");
if (!there) console.log("whole-model case A is absent, its checkpoint is not converted");
Deno.test({
  name: "the checkpoint of a whole-model case keeps its values",
  ignore: !there,
  fn: () =>
    inFolder(async (folder) => {
      const pth = new URL("A/state_dict.pth", WHOLEMODEL).pathname;
      const before = await listCheckpoint(pth);
      const after = await convertCheckpoint(pth, join(folder, "a.safetensors"));
      const sorted = ({ arrays }: typeof before) =>
        arrays.map(({ key, dtype, shape }) => `${key} ${dtype} ${shape}`).sort();
      assertEquals(sorted(after), sorted(before));
      assertEquals(after.parameters, before.parameters);
    }),
});
