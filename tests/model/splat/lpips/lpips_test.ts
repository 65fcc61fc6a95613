import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readSafetensors, writeSafetensors } from "../../../../data/formats/safetensors.ts";
import { readTorchCheckpoint, stateDict } from "../../../../data/formats/torch_checkpoint.ts";
import { Lpips } from "../../../../model/splat/lpips/lpips.ts";
import { readLpips } from "../../../../model/splat/lpips/lpips_weights.ts";
import { filesUnder } from "../../../shared_files.ts";
import { gpuTest } from "../../../support.ts";
import { FIXTURE, type LpipsCase, picture, wholeNetwork, writeNarrow } from "./made_up_lpips.ts";

async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function check(lpips: (signed: boolean) => Lpips, cases: readonly LpipsCase[]) {
  for (const { width, height, signed, double, single } of cases) {
    const found = await lpips(signed).distance(
      picture(3, width, height),
      picture(90, width, height),
    );
    const error = Math.abs(found - double);
    // Single precision of PyTorch itself is off by up to 3e-7 here.
    assert(error < 2e-6, `${width} x ${height}: ${found}, doubles ${double}, PyTorch ${single}`);
  }
}

gpuTest(
  "Lpips agrees with PyTorch, with a narrow VGG as torch.save writes it",
  (gpu) =>
    inFolder(async (folder) => {
      const files = writeNarrow(folder);
      const unit = new Lpips(gpu, files);
      const signed = new Lpips(gpu, files, { range: "signed" });
      await check((isSigned) => isSigned ? signed : unit, FIXTURE.narrow.cases);
      const same = picture(5, 40, 30);
      assertEquals(await unit.distance(same, same), 0);
      await assertRejects(
        () => unit.distance(picture(1, 15, 40), picture(2, 15, 40)),
        RangeError,
        "they are 15 x 40, 16 x 16 pixels or more are needed",
      );
      await assertRejects(
        () => unit.distance(picture(1, 20, 40), picture(2, 40, 20)),
        RangeError,
        "one is 20 x 40, the other 40 x 20",
      );
      const { inUse } = gpu.memory;
      unit.release();
      signed.release();
      assert(gpu.memory.inUse < inUse);
    }),
);

gpuTest(
  "Lpips in strips, as large pictures need, gives the same",
  (gpu) =>
    inFolder(async (folder) => {
      const files = writeNarrow(folder);
      const whole = new Lpips(gpu, files);
      for (const [width, height] of [[37, 22], [20, 151], [64, 64]] as const) {
        const pictures = [picture(3, width, height), picture(90, width, height)] as const;
        const expected = await whole.distance(...pictures);
        for (const values of [1, 3 * width * 12, 3 * width * 20]) {
          const strips = new Lpips(gpu, files, { values });
          const error = Math.abs(await strips.distance(...pictures) - expected);
          assert(error < 1e-6, `${width} x ${height}, ${values} values at once: off by ${error}`);
          strips.release();
        }
      }
      whole.release();
    }),
);

gpuTest(
  "Lpips agrees with PyTorch at the widths of VGG16, from safetensors",
  (gpu) =>
    inFolder(async (folder) => {
      const files = {
        vgg: join(folder, "vgg.safetensors"),
        heads: join(folder, "lin.safetensors"),
      };
      const { vgg, heads } = wholeNetwork();
      assertEquals(
        [...vgg.values()].reduce((sum, { data }) => sum + data.length, 0),
        14_714_688, // parameters of torchvision's vgg16().features
      );
      writeSafetensors(files.vgg, vgg);
      writeSafetensors(files.heads, heads);
      const unit = new Lpips(gpu, files);
      const signed = new Lpips(gpu, files, { range: "signed" });
      await check((isSigned) => isSigned ? signed : unit, FIXTURE.whole.cases);
      unit.release();
      signed.release();
    }),
);

gpuTest("Lpips refuses files that are something else", (gpu) =>
  inFolder((folder) => {
    const files = writeNarrow(folder);
    assertThrows(
      () => readLpips(gpu, { vgg: files.heads, heads: files.vgg }),
      SyntaxError,
      'has no "features.0.weight", VGG16 of torchvision and the v0.1 heads of VGG are needed',
    );
    const lin = stateDict(readTorchCheckpoint(files.heads));
    const heads = join(folder, "wrong.safetensors");
    writeSafetensors(heads, lin.set("lin2.model.1.weight", lin.get("lin3.model.1.weight")!));
    assertThrows(
      () => readLpips(gpu, { ...files, heads }),
      RangeError,
      '"lin2.model.1.weight" of',
    );
    assertEquals(readSafetensors(heads).tensors.get("lin2.model.1.weight")!.shape, [1, 5, 1, 1]);
    assertThrows(() => readLpips(gpu, { ...files, heads: join(folder, "none.pth") }));
  }));

const [shipped] = filesUnder("data/formats/E-pytorch/lpips/lpips/weights/v0.1", /^vgg\.pth$/);
if (!shipped) console.log("the heads of LPIPS are not in ../shared: they are not read here");
Deno.test({
  name: "the v0.1 heads of VGG as their authors saved them have the names and shapes",
  ignore: !shipped,
  fn() {
    const heads = stateDict(readTorchCheckpoint(shipped!));
    const shapes = Object.fromEntries([...heads].map(([name, { shape }]) => [name, shape]));
    const { heads: expected } = wholeNetwork();
    assertEquals(
      shapes,
      Object.fromEntries([...expected].map(([name, { shape }]) => [name, shape])),
    );
    for (const { data } of heads.values()) assert((data as Float32Array).every((w) => w >= 0));
  },
});
