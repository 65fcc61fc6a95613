import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { HostArray } from "../operator.ts";

/** Uploads a picture [height, width, channels] as planes [channels, height, width]. */
export function uploadPlanes(gpu: Gpu, picture: HostArray, start = 0): Tensor {
  const [height, width, channels] = picture.shape.slice(-3) as [number, number, number];
  const pixels = width * height;
  const planes = new Float32Array(channels * pixels);
  for (let n = 0; n < pixels; n++) {
    for (let channel = 0; channel < channels; channel++) {
      planes[channel * pixels + n] = picture.data[start + n * channels + channel]!;
    }
  }
  return Tensor.from(gpu, planes, [channels, height, width]);
}

/** Reads planes [channels, height, width] back as [height, width, channels], or another split of them. */
export async function downloadInterleaved(
  tensor: Tensor,
  split?: readonly number[],
): Promise<HostArray> {
  const [channels, height, width] = tensor.shape as [number, number, number];
  const planes = await tensor.read("f32");
  const pixels = width * height;
  const data = new Float32Array(planes.length);
  for (let n = 0; n < pixels; n++) {
    for (let channel = 0; channel < channels; channel++) {
      data[n * channels + channel] = planes[channel * pixels + n]!;
    }
  }
  return { shape: [height, width, ...(split ?? [channels])], data };
}
