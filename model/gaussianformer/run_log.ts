import { join } from "@std/path";
import { writeAtomically } from "../../data/formats/atomic_file.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { ProfileRow } from "../../gpu/profile.ts";
import { VERSION } from "../version.ts";
import { METRICS, PROFILE, readRows, rowOf, RUN_CONFIG, type RunConfig } from "./run_rows.ts";
import { type TrainEvent, trainGaussianFormer, type TrainOptions } from "./training.ts";

/**
 * Trains as `trainGaussianFormer` does and writes what happens to the work-dir: `config.json` and
 * `metrics.jsonl`. A resumed run first drops the rows past its checkpoint.
 */
export async function* trainWithLogs(
  gpu: Gpu,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, void> {
  let log: RunLog | null = null;
  try {
    for await (const event of trainGaussianFormer(gpu, options)) {
      if (event.type === "started") log = RunLog.open(options, event);
      else log?.add(event);
      yield event;
    }
  } finally {
    log?.close();
  }
}

/** Leaves the GPU times of a run's kernels in its folder. */
export function writeProfile(workDir: string, rows: readonly ProfileRow[]): void {
  writeJson(join(workDir, PROFILE), rows);
}

/** The open files of a run that goes on. */
class RunLog {
  private constructor(private readonly metrics: Deno.FsFile) {}

  static open(
    { workDir, preset, seed, config, checkpoint }: TrainOptions,
    { adapter, step }: TrainEvent & { type: "started" },
  ): RunLog {
    Deno.mkdirSync(workDir, { recursive: true });
    writeJson(
      join(workDir, RUN_CONFIG),
      {
        preset,
        seed,
        version: VERSION,
        adapter,
        resumedFrom: checkpoint?.file ?? null,
        started: new Date().toISOString(),
        config,
      } satisfies RunConfig,
    );
    // A run that starts anew has done no step, so nothing of an older one in this folder stays.
    const kept = step === 0 ? [] : readRows(workDir).filter((row) => row.step <= step);
    const path = join(workDir, METRICS);
    writeAtomically(path, encode(kept.map((row) => `${JSON.stringify(row)}\n`).join("")));
    return new RunLog(Deno.openSync(path, { append: true }));
  }

  /** Writes an event's row at once, so that a crash loses none before it. */
  add(event: TrainEvent): void {
    const row = rowOf(event);
    if (!row) return;
    let bytes = encode(`${JSON.stringify(row)}\n`);
    while (bytes.length) bytes = bytes.subarray(this.metrics.writeSync(bytes));
  }

  close(): void {
    this.metrics.close();
  }
}

function writeJson(path: string, value: unknown): void {
  writeAtomically(path, encode(`${JSON.stringify(value, null, 2)}\n`));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
