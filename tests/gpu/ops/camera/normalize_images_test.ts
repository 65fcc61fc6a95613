import { assertEquals, assertThrows } from "@std/assert";
import { IMAGENET, normalizeImages } from "../../../../gpu/ops/camera/normalize_images.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { normalizeImages as reference } from "../../../reference/normalize_images.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../support.ts";

for (const shape of [[1, 1, 1, 3], [2, 3, 5, 3], [3, 17, 11, 3]]) {
  gpuTest(`normalizeImages [${shape}]`, async (gpu) => {
    const size = shape.reduce((a, b) => a * b);
    const bytes = Uint8Array.from(noise(5, size, 0, 256), Math.floor);
    const y = normalizeImages(Tensor.from(gpu, bytes, shape));
    const { mean, deviation } = IMAGENET;
    const expected = reference({ shape, data: Float64Array.from(bytes) }, mean, deviation);
    assertEquals(y.shape, expected.shape);
    assertClose(await y.read("f32"), expected.data, ELEMENTWISE);
  });
}

gpuTest("normalizeImages wants three channels last", (gpu) => {
  assertThrows(
    () => normalizeImages(Tensor.zeros(gpu, [1, 3, 4, 4], "u8")),
    RangeError,
    '"x" must be [images=1, height=3, width=4, 3]',
  );
});
