import { join } from "@std/path";
import { surroundOcc } from "../../data/nuscenes/task.ts";
import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import { SampleLoader } from "../../data/batches.ts";
import { referenceGeometry } from "../../data/occupancy/image_geometry.ts";
import type { KeyFrame } from "../../data/occupancy/key_frame.ts";
import type { Pipeline } from "../../data/occupancy/sample.ts";
import { readSplit } from "../../data/nuscenes/split_infos.ts";
import { rootsIn } from "../../data/occupancy/sample.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { processorMs } from "./processor_time.ts";

// The two inputs that are read in earnest: the published presets' and the demo's.
const INPUTS: Record<string, { size: [number, number]; coarsen?: [number, number, number] }> = {
  "1600x864": { size: [1600, 864] },
  "192x108": { size: [192, 108], coarsen: [4, 4, 4] },
};

/** `bench/data/main.ts loader`: milliseconds per key frame of six JPEGs. */
export const loader = defineCommand({
  summary: "Time the loading of key frames, six JPEGs of 1600x900 each",
  options: {
    data: { type: "string", value: "DIR", help: "Key frames to repeat; made up unless given" },
    frames: { type: "number", integer: true, min: 1, default: 24, help: "Key frames to load" },
    rounds: { type: "number", integer: true, min: 1, default: 3, help: "The fastest one counts" },
    json: JSON_OPTION,
  },
  run: async ({ data, frames: count, rounds, json }, terminal) => {
    const made = data === undefined ? await Deno.makeTempDir() : null;
    try {
      const dataDir = data ?? made!;
      if (made !== null) {
        terminal.note("making two key frames");
        await writeSyntheticDataset(made, { seed: 1, scenes: 2, framesPerScene: 1 });
      }
      const found = [
        ...await readSplit(rootsIn(dataDir), "train"),
        ...await readSplit(rootsIn(dataDir), "val"),
      ];
      const frames = Array.from({ length: count }, (_, i) => found[i % found.length]!);
      const bytes = await pictureBytes(join(dataDir, "nuscenes"), found);
      terminal.note(`${found.length} key frames, ${(bytes / 1e6).toFixed(2)} MB of pictures each`);
      const rows: [string, number, number, number, number | null][] = [];
      for (const [input, { size, coarsen }] of Object.entries(INPUTS)) {
        const pipeline: Pipeline = {
          task: surroundOcc,
          geometry: referenceGeometry(size),
          photometric: true,
          ...(coarsen ? { coarsen } : {}),
        };
        for (const workers of [0, 1, 2]) {
          let best: Timed = { ms: Infinity, processorMs: null };
          for (let round = 0; round < rounds; round++) {
            const one = await timed({ dataDir, frames, pipeline, workers });
            if (one.ms < best.ms) best = one;
          }
          rows.push([input, workers, best.ms, 1000 / best.ms, best.processorMs]);
          if (json) terminal.printJson({ input, workers, ...best });
        }
      }
      if (json) return;
      terminal.print(
        formatTable(["input", "workers", "ms per key frame", "key frames/s", "processor ms"], rows),
      );
    } finally {
      if (made !== null) await Deno.remove(made, { recursive: true });
    }
  },
});

type Timed = { ms: number; processorMs: number | null };

/** Milliseconds per key frame once the workers run, and what all threads together spent on it. */
async function timed({ dataDir, frames, pipeline, workers }: {
  dataDir: string;
  frames: KeyFrame[];
  pipeline: Pipeline;
  workers: number;
}): Promise<Timed> {
  using loader = await SampleLoader.open({ dataDir, split: "train", frames, pipeline, workers });
  await loader.next(); // starts the workers and compiles the decoder
  const [start, spent] = [performance.now(), processorMs()];
  for (let i = 0; i < frames.length; i++) await loader.next();
  const [end, spentAtEnd] = [performance.now(), processorMs()];
  return {
    ms: (end - start) / frames.length,
    processorMs: spent === null || spentAtEnd === null
      ? null
      : (spentAtEnd - spent) / frames.length,
  };
}

async function pictureBytes(nuscenes: string, frames: readonly KeyFrame[]): Promise<number> {
  let sum = 0;
  for (const { cameras } of frames) {
    for (const { file } of cameras) sum += (await Deno.stat(join(nuscenes, file))).size;
  }
  return sum / frames.length;
}
