import { assert, assertEquals, assertThrows } from "@std/assert";
import { backward } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { ResNet } from "../../../model/backbone/resnet.ts";
import {
  resnetChannels,
  type ResNetConfig,
  resnetDepth,
} from "../../../model/backbone/resnet_config.ts";
import { Initializer } from "../../../model/init.ts";
import { assertClose, gpuTest, noise } from "../../support.ts";
import { DryInitializer } from "../occupancy/gaussianformer/config/dry_initializer.ts";

const SMALL: ResNetConfig = {
  block: "bottleneck",
  style: "caffe",
  stageBlocks: [1, 1, 1, 1],
  stemChannels: 4,
  baseChannels: 4,
  deformable: [false, false, true, true],
  frozenStages: -1,
  frozenNorms: true,
  recompute: false,
};

// Numbers of parameters of torchvision's networks without their classifier.
const PARAMETERS = {
  18: 11_176_512,
  34: 21_284_672,
  50: 23_508_032,
  101: 42_500_160,
  152: 58_143_808,
};
for (const [depth, count] of Object.entries(PARAMETERS)) {
  Deno.test(`a ResNet-${depth} has ${count} parameters`, () => {
    const model = new ResNet(new DryInitializer(), {
      ...SMALL,
      ...resnetDepth(Number(depth)),
      stemChannels: 64,
      baseChannels: 64,
      deformable: [],
      frozenNorms: false,
    });
    const trained = model.trainableParameters();
    assertEquals(trained.reduce((sum, [, { value }]) => sum + value.size, 0), count);
  });
}

Deno.test("a ResNet of another depth is refused", () => {
  assertThrows(() => resnetDepth(20), RangeError, "the depth is 20, it must be 18, 34, 50, 101");
});

for (const style of ["caffe", "pytorch"] as const) {
  gpuTest(`a ${style} ResNet: sizes, and recomputed gradients are the same bits`, async (gpu) => {
    const images = Tensor.from(gpu, Float32Array.from(noise(1, 2 * 3 * 64 * 70)), [2, 3, 64, 70]);
    const gradients: Float32Array[] = [];
    for (const recompute of [false, true]) {
      using _run = gpu.scope();
      const config = { ...SMALL, style, recompute, stageBlocks: [1, 3, 1, 1] };
      const model = new ResNet(new Initializer(gpu, 5), config);
      // Norms that end a block start at zero, which would hide what comes before them.
      for (const [key, { value }] of model.namedParameters()) {
        if (/bn3\.weight$|conv_offset/.test(key)) {
          value.write(Float32Array.from(noise(value.size, value.size, -0.5, 0.5)));
        }
      }
      const maps = model.forward(images);
      assertEquals(
        maps.map(({ shape }) => shape),
        resnetChannels(config).map((channels, stage) => {
          const halved = (extent: number) => Math.ceil(extent / 2 ** (stage + 2));
          return [2, channels, halved(64), halved(70)];
        }),
      );
      const last = maps.at(-1)!;
      backward(last, Tensor.from(gpu, Float32Array.from(noise(2, last.size)), last.shape));
      const [, { gradient }] = model.trainableParameters()[0]!;
      gradients.push(await gradient!.read("f32"));
      model.release();
    }
    assert(gradients[0]!.some((value) => value !== 0));
    assertClose(gradients[1]!, gradients[0]!, { atol: 0, rtol: 0 });
  });
}

gpuTest("caffe and pytorch stride in different places", async (gpu) => {
  const images = Tensor.from(gpu, Float32Array.from(noise(1, 3 * 64 * 64)), [1, 3, 64, 64]);
  const outputs: Float32Array[] = [];
  for (const style of ["caffe", "pytorch"] as const) {
    const model = new ResNet(new Initializer(gpu, 5), { ...SMALL, style, deformable: [] });
    for (const [key, { value }] of model.namedParameters()) {
      if (/bn3\.weight$/.test(key)) value.write(new Float32Array(value.size).fill(1));
    }
    outputs.push(await model.forward(images)[1]!.read("f32"));
    model.release();
  }
  assert(outputs[0]!.some((value, i) => Math.abs(value - outputs[1]![i]!) > 1e-3));
});

gpuTest("frozen stages get no gradient, the others do", async (gpu) => {
  const images = Tensor.from(gpu, Float32Array.from(noise(1, 3 * 64 * 64)), [1, 3, 64, 64]);
  const model = new ResNet(new Initializer(gpu, 5), { ...SMALL, frozenStages: 1, recompute: true });
  const last = model.forward(images).at(-1)!;
  backward(last, Tensor.from(gpu, Float32Array.from(noise(2, last.size)), last.shape));
  const trained = model.trainableParameters().map(([key]) => key);
  assertEquals(
    trained.filter((key) => /^(conv1|bn1|layer1|.*bn\d|.*downsample\.1)\./.test(key)),
    [],
  );
  for (const [key, { gradient }] of model.trainableParameters()) {
    const values = await gradient!.read("f32");
    // Offsets start at zero with a gradient; blocks end in a norm of zero that hides their insides.
    if (/downsample/.test(key)) assert(values.some((value) => value !== 0), key);
  }
  model.release();
});
