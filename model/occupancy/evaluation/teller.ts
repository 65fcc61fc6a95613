import type { Gpu } from "../../../gpu/device.ts";
import type { Tell } from "../network/progress.ts";
import { WorkDone } from "../network/work.ts";

/** How far an evaluation is within a key frame. */
export interface EvaluationPart {
  /** Key frames, the part of the current one included. */
  readonly done: number;
  /** What has just been computed. */
  readonly label: string;
}

/** Tells `onPart` how far a forward pass of so much `work` is, on software adapters, after `done` key frames. */
export function teller(
  gpu: Gpu,
  work: ReadonlyMap<string, number>,
  { cameras, done, onPart }: {
    readonly cameras: number;
    readonly done: number;
    readonly onPart: (part: EvaluationPart) => void;
  },
): Tell | undefined {
  // A real GPU works through a key frame before a line would have been drawn.
  if (gpu.tuning.runsAhead) return undefined;
  const passed = new WorkDone(work, cameras);
  return (part, pictures, fraction) => {
    // Software adapters return from a submit once the one before it has run.
    gpu.commands.submit();
    const { share, label } = passed.add(part, pictures, fraction);
    onPart({ done: done + share, label });
  };
}
