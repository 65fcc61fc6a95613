import type { Gpu } from "../../../gpu/device.ts";
import { segmentSum } from "../../../gpu/parallel/segments.ts";
import { Tensor } from "../../../gpu/tensor.ts";

interface Size {
  segments: number;
  each: number;
  channels: number;
}

/** Sums of runs of rows: many short ones with wide rows, few long ones with narrow rows. */
export const cases = [{
  name: "segment_sum",
  sizes: [
    { segments: 25600, each: 2, channels: 128 },
    { segments: 64, each: 10000, channels: 1 },
  ],
  tiny: { segments: 3, each: 2, channels: 5 },
  run(gpu: Gpu, { segments, each, channels }: Size): () => void {
    const values = Tensor.zeros(gpu, [segments * each, channels]);
    const offsets = Tensor.from(
      gpu,
      Uint32Array.from({ length: segments + 1 }, (_, i) => i * each),
    );
    return () => {
      using _scope = gpu.scope();
      segmentSum(values, offsets);
    };
  },
  bytes: ({ segments, each, channels }: Size): number => 4 * segments * (each + 1) * channels,
}];
