// reference: the formulas in plain numbers, in the test itself.
import { assertEquals, assertThrows } from "@std/assert";
import {
  alphaPlane,
  compositeImage,
  storedColours,
} from "../../../../gpu/ops/camera/composite_image.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../support.ts";

for (const [height, width] of [[1, 1], [3, 5], [17, 11]] as const) {
  gpuTest(`compositeImage ${width} x ${height}`, async (gpu) => {
    const count = height * width;
    const bytes = Uint8Array.from(noise(3, 4 * count, 0, 256), Math.floor);
    bytes[3] = 0;
    const pixels = Tensor.from(gpu, bytes, [height, width, 4]);
    const background = [0.25, 1, 0.5] as const;
    const planes = (value: (pixel: number, channel: number) => number) =>
      Array.from({ length: 3 * count }, (_, at) => value(at % count, Math.floor(at / count)));
    const byte = (pixel: number, channel: number) => bytes[4 * pixel + channel]! / 255;
    const over = compositeImage(pixels, background);
    assertEquals(over.shape, [3, height, width]);
    assertClose(
      await over.read("f32"),
      planes((p, c) => byte(p, c) * byte(p, 3) + background[c]! * (1 - byte(p, 3))),
      ELEMENTWISE,
    );
    assertClose(await storedColours(pixels).read("f32"), planes(byte), ELEMENTWISE);
    const alpha = alphaPlane(pixels);
    assertEquals(alpha.shape, [1, height, width]);
    assertClose(
      await alpha.read("f32"),
      Array.from({ length: count }, (_, p) => byte(p, 3)),
      ELEMENTWISE,
    );
  });
}

gpuTest("compositeImage wants four bytes a pixel", (gpu) => {
  assertThrows(() => compositeImage(Tensor.zeros(gpu, [2, 2, 3], "u8"), [0, 0, 0]), RangeError);
  assertThrows(() => compositeImage(Tensor.zeros(gpu, [2, 2, 4]), [0, 0, 0]), TypeError, "u8");
});
