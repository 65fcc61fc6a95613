import type { MoreMeasure } from "../evaluation/more_measures.ts";
import type { StreamMode } from "../stream/stream_views.ts";

/** What was published of a model, in percent, and how it was measured. */
export interface Published {
  /** The preset whose weights these are figures of. */
  readonly preset: string;
  /** Settings in which the weights differ from the preset, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Whose counting the figures follow: the set's own, or GaussianWorld's. */
  readonly rule: "own" | "gaussianworld";
  /** What is measured beside the mean IoU for it. */
  readonly measures: readonly MoreMeasure[];
  /** How a model that streams was evaluated. */
  readonly stream?: StreamMode;
  /** Where the figures stand. */
  readonly source: string;
  /** Whether the weights can be had, or what became of them. */
  readonly weights: string;
  /** Mean over the classes. */
  readonly miou: number;
  /** Of what is occupied. */
  readonly iou?: number;
  /** Of what rays meet first. */
  readonly rayIou?: number;
  /** By the names of the task's classes; absent where nobody published them. */
  readonly classes?: Readonly<Record<string, number>>;
}

/** Key frames of the validation split that published figures are over. */
export const PUBLISHED_KEY_FRAMES = 6019;
