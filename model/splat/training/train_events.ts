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

/** Figures of one iteration. */
export interface CurveRow {
  /** From 1. */
  readonly iteration: number;
  /** Mean absolute difference. */
  readonly l1: number;
  /** All of it: of depth and the regularisers too. */
  readonly loss: number;
  /** How many there are. */
  readonly gaussians: number;
  /** Gaussians listed in some tile. */
  readonly visible: number;
  /** Pairs of a Gaussian and a tile. */
  readonly pairs: number;
  /** Whether the pairs had no room, so that nothing was learned. */
  readonly overflow: boolean;
}

/** How well views are reproduced. */
export interface SplatEvaluation {
  /** What it is of the events. */
  readonly type: "evaluated";
  /** After so many. */
  readonly iteration: number;
  /**
   * Views held out, or some of those trained on. Where poses are refined also "test_posed": the former from
   * where they are found to have been taken, on Gaussians that stay as they are.
   */
  readonly set: "test" | "test_posed" | "train";
  /** Of each, and their means. */
  readonly metrics: ViewMetrics;
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
  | SplatEvaluation
  | { readonly type: "saved"; readonly iteration: number; readonly path: string }
  | { readonly type: "checkpoint"; readonly iteration: number; readonly path: string }
  /**
   * An iteration that taught nothing, as its picture had more pairs than there was room for, or as its
   * loss was not finite for some `reason`.
   */
  | {
    readonly type: "skipped";
    readonly iteration: number;
    readonly pairs: number;
    readonly reason?: string;
  }
  | {
    /** "stopped" where the training was told to end before its last iteration. */
    readonly type: "finished" | "stopped";
    readonly iteration: number;
    /** The newest checkpoint; "" where there is none. */
    readonly path: string;
    readonly gaussians: number;
    readonly seconds: number;
    /** Most bytes of GPU memory in use at once. */
    readonly peakMemory: number;
  };

/** What training a scene tells: the training's events, and remarks on the scene. */
export type SceneEvent = SplatEvent | {
  readonly type: "remark";
  readonly text: string;
  /** Whether something that was given is left out, which is told under --quiet too. */
  readonly lost?: boolean;
  /** Whether it speaks against the scene, which is told under --quiet too. */
  readonly doubt?: boolean;
};
