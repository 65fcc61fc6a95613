import type { EvaluationPart } from "../evaluation/teller.ts";
import type { NamedArray } from "../../module.ts";
import type { Arrays, HostArray } from "../../operators/operator.ts";
import type { ModelConfig } from "../config/model_config.ts";

/** What a run of a whole model starts from. */
export interface ModelInputs<Config extends ModelConfig = ModelConfig> {
  /** Settings of the model. */
  readonly config: Config;
  /** Weights by the names that the modules here have. */
  readonly weights: Readonly<Record<string, NamedArray>>;
  /** Arrays of one key frame, or of several in turn. */
  readonly inputs: Arrays;
}

/** What to run besides the forward pass. */
export interface RunOptions {
  /** Walk back too. */
  readonly gradients?: boolean;
  /** AdamW steps on these inputs, at a constant rate. */
  readonly steps?: number;
  /** Factor of the learning rates. */
  readonly rate?: number;
  /** Told after each of them. */
  readonly onStep?: ((done: number) => void) | undefined;
  /** Told how many of `forwardPasses` are done: within a pass on software adapters, and between them. */
  readonly onPart?: ((part: EvaluationPart) => void) | undefined;
}

/** How long the first pass over a key frame is, in forward passes: walking back costs about two. */
export function forwardPasses({ gradients = false, steps = 0 }: RunOptions): number {
  return gradients || steps > 0 ? 3 : 1;
}

/** What a model made of arrays. */
export interface RunResult {
  /** Intermediates and results by name. */
  readonly outputs: Record<string, HostArray>;
  /** Key frames whose arrays, named `frame{t}.NAME`, get a file each too, under their own names. */
  readonly framesApart?: number;
  /** Gradients of all parameters by name. */
  readonly gradients: Record<string, HostArray>;
  /** Before each step and after the last one. */
  readonly losses: readonly number[];
  /** Before clipping. */
  readonly gradientNorms: readonly number[];
}
