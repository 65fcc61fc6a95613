/** Height and width, or rows and columns. */
export type Pair = readonly [number, number];

/** Extents of a 2-D convolution; channels are those of one group. */
export interface ConvGeometry {
  readonly images: number;
  readonly groups: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** How the kernel moves over the image; a number stands for both axes. */
export interface ConvStep {
  /** Pixels from one window to the next, 1 unless given. */
  readonly stride?: number | Pair;
  /** Rows and columns of zeros around the picture. */
  readonly padding?: number | Pair;
  /** Pixels from one tap to the next, 1 unless given. */
  readonly dilation?: number | Pair;
  /** Parts of the channels that do not mix, 1 unless given. */
  readonly groups?: number;
}

/** Evenly spaced source pixels of one axis: `step * pixel + start + tapStep * tap`. */
export interface TapAxis {
  readonly step: number;
  readonly start: number;
  readonly tapStep: number;
  readonly taps: number;
  /** Kernel index of tap t: `kernelStart + kernelStep * t`. */
  readonly kernelStart: number;
  readonly kernelStep: number;
  /** Pixel p of this grid is pixel `offset + stride * p` of the result. */
  readonly pixels: number;
  readonly offset: number;
  readonly stride: number;
}

/** Both axes' extents of an option that may be one number. */
export function pair(value: number | Pair | undefined, otherwise: number): Pair {
  if (value === undefined) return [otherwise, otherwise];
  return typeof value === "number" ? [value, value] : value;
}

/** Pixels of a convolution's result along an axis: floor((input + 2 padding - reach) / stride) + 1. */
export function outputExtent(
  input: number,
  { kernel, stride, padding, dilation }: Record<
    "kernel" | "stride" | "padding" | "dilation",
    number
  >,
): number {
  return Math.max(0, Math.floor((input + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1);
}

/** Which input pixels an output pixel sums over. */
export function forwardAxis(geometry: ConvGeometry, axis: 0 | 1): TapAxis {
  return {
    step: geometry.stride[axis],
    start: -geometry.padding[axis],
    tapStep: geometry.dilation[axis],
    taps: geometry.kernel[axis],
    kernelStart: 0,
    kernelStep: 1,
    pixels: geometry.output[axis],
    offset: 0,
    stride: 1,
  };
}

/**
 * Which output pixels an input pixel has gone to, for each remainder of the input pixel by the
 * stride: all pixels of one remainder see the same taps, so that no work is spent on the zeros
 * between strides.
 */
export function backwardAxes(geometry: ConvGeometry, axis: 0 | 1): TapAxis[] {
  const stride = geometry.stride[axis];
  const dilation = geometry.dilation[axis];
  const kernel = geometry.kernel[axis];
  const kernelStep = stride / greatestCommonDivisor(stride, dilation);
  return Array.from({ length: Math.min(stride, geometry.input[axis]) }, (_, offset) => {
    // Output row of tap i: pixel + (offset + padding - i dilation) / stride.
    const shift = (tap: number) => (offset + geometry.padding[axis] - tap * dilation) / stride;
    let kernelStart = 0;
    while (kernelStart < kernelStep && !Number.isInteger(shift(kernelStart))) kernelStart++;
    const taps = kernelStart < kernelStep
      ? Math.max(0, Math.ceil((kernel - kernelStart) / kernelStep))
      : 0;
    return {
      step: 1,
      start: taps ? shift(kernelStart) : 0,
      tapStep: -kernelStep * dilation / stride,
      taps,
      kernelStart,
      kernelStep,
      pixels: Math.ceil((geometry.input[axis] - offset) / stride),
      offset,
      stride,
    };
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** How windows lie on a picture [height, width], and the extents of the result. */
export function windowsOf(
  weight: { readonly shape: readonly number[] },
  step: ConvStep,
  input: Pair,
): Pick<ConvGeometry, "input" | "output" | "kernel" | "stride" | "padding" | "dilation"> {
  const kernel = [weight.shape[2]!, weight.shape[3]!] as const;
  const stride = pair(step.stride, 1);
  const padding = pair(step.padding, 0);
  const dilation = pair(step.dilation, 1);
  const along = (axis: 0 | 1) =>
    outputExtent(input[axis], {
      kernel: kernel[axis],
      stride: stride[axis],
      padding: padding[axis],
      dilation: dilation[axis],
    });
  return { input, output: [along(0), along(1)], kernel, stride, padding, dilation };
}
