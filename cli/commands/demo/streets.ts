import { join } from "@std/path";
import { writeSyntheticDataset } from "../../../mod.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Streets that are made on the spot, one key frame of each. */
export interface Streets {
  /** Of the streets. */
  readonly seed: number;
  /** To learn from. */
  readonly train: number;
  /** To be measured on. */
  readonly val: number;
}

/** What the shipped model learned from: streets of a seed that nothing else may use. */
export const TRAINING_STREETS: Streets = { seed: 20261201, train: 1000, val: 50 };

/** What it was measured on, and what the demo shows unless another seed is given. */
export const DEMO_STREETS: Streets = { seed: 1, train: 24, val: 50 };

// Twice the network's pictures.
const PICTURE: [number, number] = [384, 216];

const MARK = "streets.json";

/** Makes streets in a folder, unless these very ones are there already. */
export async function makeStreets(
  folder: string,
  streets: Streets,
  { progress }: Terminal,
): Promise<void> {
  const mark = join(folder, MARK);
  const text = JSON.stringify(streets);
  if (await Deno.readTextFile(mark).catch(() => "") === text) return;
  const { seed, train, val } = streets;
  progress.draw({
    type: "started",
    label: "making streets",
    unit: "key frame",
    total: train + val,
  });
  await writeSyntheticDataset(folder, {
    seed,
    scenes: train + val,
    valScenes: val,
    framesPerScene: 1,
    imageSize: PICTURE,
    onProgress: (done) => progress.draw({ type: "step", done }),
  });
  // Last, so that streets of which a stopped run made a part are made again.
  await Deno.writeTextFile(mark, text);
  progress.draw({ type: "finished" });
}
