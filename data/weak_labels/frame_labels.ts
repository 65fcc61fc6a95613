import type { Box } from "./boxes.ts";
import { mergeStill, type SortedSweep } from "./cloud.ts";
import { GroundHeights } from "./ground.ts";
import type { LabelRule } from "./label_rule.ts";
import { fillBoxes, fillGround, VoxelVotes } from "./voxels.ts";

let votes: VoxelVotes | undefined;

/**
 * Weak labels of one key frame, [x, y, z] of a rule's grid: what stands still in its own and its
 * neighbours' sweeps, the ground filled between the lidar's rings, and the boxes, solid, that have a
 * point of the own sweep inside. `own` must be the sweep of the key frame whose boxes these are.
 */
export function weakLabels(
  own: SortedSweep,
  boxes: readonly Box[],
  neighbours: readonly SortedSweep[],
  rule: LabelRule,
): Uint8Array {
  const still = mergeStill(own.lidar, [own, ...neighbours]);
  const ground = GroundHeights.from(still, own.lidar.sensorToEgo, rule);
  if (votes?.rule !== rule) votes = new VoxelVotes(rule);
  const dense = votes.count([still, own.things], ground);
  fillGround(dense, rule);
  fillBoxes(dense, boxes.filter((_, i) => own.hits[i]! > 0), rule.grid);
  return dense;
}
