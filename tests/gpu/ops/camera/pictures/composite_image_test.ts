// reference: the formula of alpha compositing, written out below
import { assertThrows } from "@std/assert";
import {
  alphaPlane,
  compositeImage,
  storedColours,
} from "../../../../../gpu/ops/camera/pictures/composite_image.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../../support.ts";

const BACKGROUND = [1, 0.5, 0.25] as const;

for (const [height, width] of [[1, 1], [3, 5], [17, 11]] as const) {
  gpuTest(
    `RGBA pictures [${height}, ${width}] over a colour, as stored, and their alpha`,
    async (gpu) => {
      const pixels = height * width;
      const bytes = Uint8Array.from(noise(3, 4 * pixels, 0, 256), Math.floor);
      const rgba = Tensor.from(gpu, bytes, [height, width, 4]);
      const planes = (of: (p: number, c: number) => number, channels: number) =>
        Array.from({ length: channels * pixels }, (_, i) => of(i % pixels, Math.floor(i / pixels)));
      const value = (p: number, c: number) => bytes[4 * p + c]! / 255;
      const over = (p: number, c: number) =>
        value(p, c) * value(p, 3) + BACKGROUND[c]! * (1 - value(p, 3));
      const read = (tensor: Tensor) => tensor.read("f32");
      assertClose(await read(compositeImage(rgba, BACKGROUND)), planes(over, 3), ELEMENTWISE);
      assertClose(await read(storedColours(rgba)), planes(value, 3), ELEMENTWISE);
      assertClose(await read(alphaPlane(rgba)), planes((p) => value(p, 3), 1), ELEMENTWISE);
    },
  );
}

gpuTest("compositeImage wants RGBA bytes", (gpu) => {
  assertThrows(
    () => alphaPlane(Tensor.zeros(gpu, [2, 2, 3], "u8")),
    RangeError,
    "[height=2, width=2, 4]",
  );
  assertThrows(() => alphaPlane(Tensor.zeros(gpu, [2, 2, 4])), TypeError, '"pixels" must be u8');
});
