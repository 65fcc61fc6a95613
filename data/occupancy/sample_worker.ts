/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { SampleReply, SampleRequest } from "./sample_pool.ts";
import { loadSample } from "./sample.ts";

self.onmessage = async ({ data }: MessageEvent<SampleRequest>) => {
  const { id, frame, roots, pipeline, draw } = data;
  try {
    const sample = await loadSample(frame, roots, pipeline, draw);
    const arrays = [
      sample.images,
      sample.labels,
      sample.mask,
      sample.projection,
      sample.imageWh,
      ...(sample.photometric ? [sample.photometric] : []),
    ];
    const reply: SampleReply = { id, sample };
    self.postMessage(reply, arrays.map(({ buffer }) => buffer as ArrayBuffer));
  } catch (error) {
    const { name, message } = error as Error;
    const reply: SampleReply = { id, error: { name, message } };
    self.postMessage(reply);
  }
};
