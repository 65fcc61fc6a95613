import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { NamedArray } from "../../module.ts";
import { readWeights } from "../../weights_file.ts";

/** Convolutions of VGG16 by the numbers that torchvision gives them, in five slices that end in a ReLU. */
export const VGG_SLICES: readonly (readonly number[])[] = [
  [0, 2],
  [5, 7],
  [10, 12, 14],
  [17, 19, 21],
  [24, 26, 28],
];

/** Files with the two halves of LPIPS-VGG; neither is shipped. */
export interface LpipsFiles {
  /** VGG16 as torchvision saves it, .pth or .safetensors: `features.0.weight` and so on. */
  readonly vgg: string;
  /** Linear heads of PerceptualSimilarity v0.1: `lin0.model.1.weight` to `lin4`. */
  readonly heads: string;
}

/** A convolution of 3 x 3 pixels. */
export interface Convolution {
  /** [outputs, inputs, 3, 3]. */
  readonly weight: Tensor;
  /** [outputs]. */
  readonly bias: Tensor;
}

/** One slice of the network and what its channels count. */
export interface LpipsSlice {
  readonly convolutions: readonly Convolution[];
  /** [channels], not negative. */
  readonly head: Tensor;
}

/** Reads both files and checks every shape before anything is uploaded. */
export function readLpips(gpu: Gpu, { vgg, heads }: LpipsFiles): LpipsSlice[] {
  const network = readWeights(vgg);
  const linear = readWeights(heads);
  let channels = 3;
  const plan = VGG_SLICES.map((numbers, k) => {
    const convolutions = numbers.map((number) => {
      const weight = array(vgg, network, `features.${number}.weight`);
      const outputs = weight.shape[0] ?? 0;
      expect(vgg, `features.${number}.weight`, weight, [outputs, channels, 3, 3]);
      const bias = array(vgg, network, `features.${number}.bias`);
      expect(vgg, `features.${number}.bias`, bias, [outputs]);
      channels = outputs;
      return { weight, bias };
    });
    const name = `lin${k}.model.1.weight`;
    const head = array(heads, linear, name);
    expect(heads, name, head, [1, channels, 1, 1]);
    return { convolutions, head };
  });
  // The network outlives whatever scope it is made in.
  return gpu.lasting(() => {
    const upload = ({ data }: NamedArray, shape: readonly number[]) =>
      Tensor.from(gpu, Float32Array.from(data as Float32Array), shape);
    return plan.map(({ convolutions, head }) => ({
      convolutions: convolutions.map(({ weight, bias }) => ({
        weight: upload(weight, weight.shape),
        bias: upload(bias, bias.shape),
      })),
      head: upload(head, [head.shape[1]!]),
    }));
  });
}

function array(
  file: string,
  arrays: Readonly<Record<string, NamedArray>>,
  name: string,
): NamedArray {
  const found = arrays[name];
  if (found) return found;
  throw new SyntaxError(
    `Cannot measure LPIPS: "${file}" has no "${name}", VGG16 of torchvision and the v0.1 heads ` +
      "of VGG are needed",
  );
}

function expect(file: string, name: string, { shape }: NamedArray, wanted: number[]): void {
  if (shape.join() === wanted.join() && !shape.includes(0)) return;
  throw new RangeError(
    `Cannot measure LPIPS: "${name}" of "${file}" is [${shape}], it must be [${wanted}]`,
  );
}
