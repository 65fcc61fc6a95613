import type { CurveRow } from "./curve_log.ts";
import type { ViewMetrics } from "../measures/evaluation.ts";
import type { StrategyEvent } from "../strategies/strategy.ts";

/** How far one of the longer tasks of a training is, which are not iterations. */
export interface SplatTask {
  /** What is done. */
  readonly label: string;
  /** What is counted. */
  readonly unit: string;
  /** Of them so many are done. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
}

/** What a training of Gaussians tells as it goes. */
export type SplatEvent =
  | {
    readonly type: "started";
    readonly adapter: string;
    /** Iterations done already. */
    readonly iteration: number;
    readonly iterations: number;
    readonly gaussians: number;
    readonly views: number;
    readonly extent: number;
  }
  | ({ readonly type: "step" } & CurveRow)
  | StrategyEvent
  | {
    readonly type: "evaluated";
    readonly iteration: number;
    readonly set: "test" | "train";
    readonly metrics: ViewMetrics;
  }
  | { readonly type: "saved"; readonly iteration: number; readonly path: string }
  | { readonly type: "checkpoint"; readonly iteration: number; readonly path: string }
  /** An iteration that taught nothing, as its picture had more pairs than there was room for. */
  | { readonly type: "skipped"; readonly iteration: number; readonly pairs: number }
  | {
    /** "stopped" where the training was told to end before its last iteration. */
    readonly type: "finished" | "stopped";
    readonly iteration: number;
    readonly gaussians: number;
    readonly seconds: number;
    /** Most bytes of GPU memory in use at once. */
    readonly peakMemory: number;
  };
