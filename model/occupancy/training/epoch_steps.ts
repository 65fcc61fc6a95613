import { ClipOrder } from "../../../data/clip_order.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { modelOf } from "../table.ts";

/** Steps in which a pass over the key frames is done; where clips are trained on, one of each scene. */
export function epochSteps(
  frames: readonly KeyFrame[],
  config: ModelConfig,
  { ranks, accumulation, mixed = 0 }: {
    readonly ranks: number;
    readonly accumulation: number;
    /** Key frames that an epoch draws of other sets. */
    readonly mixed?: number;
  },
): number {
  const length = modelOf(config).stream?.(config)?.clip ?? null;
  if (length !== null) return new ClipOrder(frames, { length, seed: 0, rank: 0, ranks }).length;
  return (frames.length + mixed) / (ranks * accumulation * config.optim.batch);
}
