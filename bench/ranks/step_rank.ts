/** One rank of `step.ts`: trains as its words say; rank 0 prints a line of JSON. */
import { join } from "@std/path";
import { trainScene } from "../../mod.ts";
import { Gpu } from "../../gpu/device.ts";
import { presets } from "../../model/occupancy/table.ts";
import { trainOccupancy } from "../../model/occupancy/training/training.ts";
import { processUse } from "../../model/process_use.ts";
import { joinRanks } from "../../model/run/ranks/mpi/mpi_ranks.ts";
import { launched } from "../../model/run/ranks/launched.ts";
import { ONE_RANK, type Ranks } from "../../model/run/ranks/ranks.ts";
import { splatConfig } from "../../model/splat/config.ts";
import { metered } from "./metered.ts";

// Steps in which kernels are compiled and pools grow.
const WARM = 3;

/** What rank 0 prints. */
export interface StepFigures {
  readonly ranks: number;
  readonly engine: string;
  /** Milliseconds of a step: the fastest, and the one in the middle. */
  readonly fastest: number;
  readonly middle: number;
  /** Processor time of the step in the middle by that, in milliseconds: it counts no one else's work. */
  readonly processor: number;
  /** Milliseconds of the step in the middle during which something was sent, and those spent on nothing else. */
  readonly underWay: number;
  readonly waiting: number;
  /** Payload of a step in bytes. */
  readonly bytes: number;
  /** Most memory of this process in bytes, and of its tensors. */
  readonly resident: number;
  readonly tensors: number;
}

const [kind, from, folder, steps, after] = Deno.args as [
  "demo" | "splats",
  string,
  string,
  string,
  "after"?,
];
Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
Deno.env.set("LP_NUM_THREADS", "1");
const place = launched((name) => Deno.env.get(name));
// Processes apart know nothing of each other.
const out = place ? folder : `${folder}.${Deno.pid}`;
const { ranks, meter } = metered(place ? joinRanks(place) : ONE_RANK, {
  after: after !== undefined,
});
const gpu = await Gpu.open();
const look = () => ({
  ms: performance.now(),
  processor: 1000 * processUse().processorSeconds,
  underWay: meter.underWay,
  waiting: meter.waiting,
  bytes: meter.bytes,
});
const took: ReturnType<typeof look>[] = [];
let before = look();
/** A step is through: what it took. */
function count(): void {
  const now = look();
  took.push({
    ms: now.ms - before.ms,
    processor: now.processor - before.processor,
    underWay: now.underWay - before.underWay,
    waiting: now.waiting - before.waiting,
    bytes: now.bytes - before.bytes,
  });
  before = now;
}
if (kind === "demo") {
  for await (const { type } of demo(gpu, ranks)) if (type === "step") count();
} else {
  for await (const _ of splats(gpu, ranks));
}
const warm = took.slice(WARM);
const sorted = (key: "ms" | "processor") => warm.toSorted((a, b) => a[key] - b[key]);
const half = Math.floor(warm.length / 2);
const middle = sorted("ms")[half]!;
const figures: StepFigures = {
  ranks: ranks.size,
  engine: ranks.engine,
  fastest: sorted("ms")[0]!.ms,
  middle: middle.ms,
  processor: sorted("processor")[half]!.processor,
  underWay: middle.underWay,
  waiting: middle.waiting,
  bytes: middle.bytes,
  resident: processUse().peakResident,
  tensors: gpu.memory.peak,
};
if (ranks.rank === 0) console.log(JSON.stringify(figures));
gpu.destroy();
await ranks.finish();

function demo(gpu: Gpu, ranks: Ranks) {
  const config = presets.demo;
  return trainOccupancy(gpu, {
    preset: "demo",
    config: { ...config, optim: { ...config.optim, steps: Number(steps) } },
    dataDir: from,
    workDir: out,
    seed: 1,
    ranks,
    logEvery: 1,
  });
}

function splats(gpu: Gpu, ranks: Ranks) {
  return trainScene(gpu, {
    config: splatConfig({
      source_path: from,
      model_path: join(out, "model"),
      iterations: Number(steps),
    }),
    ranks,
    logEvery: 1,
    // Asked before each iteration; its figures come later, many at once.
    viewer: { serve: () => Promise.resolve(count()) },
    testIterations: [],
    saveIterations: [],
    checkpointIterations: [],
    overwrite: true,
  });
}
