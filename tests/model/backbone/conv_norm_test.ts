import { assertEquals } from "@std/assert";
import { noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { convNorm } from "../../../model/backbone/conv_norm.ts";
import { Initializer } from "../../../model/init.ts";
import { BatchNorm2d } from "../../../model/layers/batch_norm2d.ts";
import { Conv2d } from "../../../model/layers/conv2d.ts";
import { assertClose, gpuTest, noiseArray } from "../../support.ts";

gpuTest(
  "a trained norm becomes part of the convolution where nothing is walked back through",
  async (gpu) => {
    const init = new Initializer(gpu, 3);
    const conv = new Conv2d(init, 3, 8, { kernel: 3, padding: 1, bias: false });
    const norm = new BatchNorm2d(init, 8);
    for (const parameter of [norm.weight, norm.bias, norm.runningMean, norm.runningVar]) {
      parameter.set(Float32Array.from({ length: 8 }, () => 0.5 + init.next()));
    }
    norm.train(false);
    const upload = (seed: number, channels: number) =>
      Tensor.from(gpu, Float32Array.from(noiseArray(seed, [2, channels, 5, 7]).data), [
        ...[2, channels, 5, 7],
      ]);
    const [x, residual] = [upload(1, 3), upload(2, 8)];
    const run = () => convNorm(x, conv, norm, { activation: "relu", residual });
    const before = gpu.commands.dispatches;
    const apart = run();
    const steps = gpu.commands.dispatches - before;
    const whole = noGradient(gpu, run);
    const fewer = gpu.commands.dispatches - before - steps;
    assertClose(await whole.read("f32"), await apart.read("f32"));
    // Convolution, norm, sum and ReLU are two: the norm's constants, and the convolution with them.
    assertEquals(fewer < steps, true, `${fewer} dispatches, ${steps} apart`);
    for (
      const parameter of [conv.weight, norm.weight, norm.bias, norm.runningMean, norm.runningVar]
    ) {
      parameter.release();
    }
  },
);
