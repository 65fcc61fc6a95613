import type { Gpu } from "../../../../gpu/device.ts";
import { add, multiply } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { gelu, relu } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

interface Size {
  rows: number;
  channels: number;
}

const sizes: Size[] = [{ rows: 25600, channels: 128 }];
const tiny: Size = { rows: 7, channels: 8 };
const features = (gpu: Gpu, { rows, channels }: Size) => Tensor.zeros(gpu, [rows, channels]);
const bytes = (arrays: number) => ({ rows, channels }: Size): number =>
  4 * arrays * rows * channels;

function bench(name: string, arrays: number, make: (gpu: Gpu, size: Size) => () => Tensor) {
  return {
    name,
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const op = make(gpu, size);
      return () => {
        using _scope = gpu.scope();
        op();
      };
    },
    bytes: bytes(arrays),
  };
}

/** Functions of one value, and of two with each way of broadcasting that the model uses. */
export const cases = [
  bench("relu", 2, (gpu, size) => {
    const x = features(gpu, size);
    return () => relu(x);
  }),
  bench("gelu", 2, (gpu, size) => {
    const x = features(gpu, size);
    return () => gelu(x);
  }),
  bench("add_same", 3, (gpu, size) => {
    const [x, z] = [features(gpu, size), features(gpu, size)];
    return () => add(x, z);
  }),
  bench("add_bias", 2, (gpu, size) => {
    const [x, bias] = [features(gpu, size), Tensor.zeros(gpu, [size.channels])];
    return () => add(x, bias);
  }),
  bench("multiply_rows", 2, (gpu, size) => {
    const [x, row] = [features(gpu, size), Tensor.zeros(gpu, [size.rows, 1])];
    return () => multiply(x, row);
  }),
];
