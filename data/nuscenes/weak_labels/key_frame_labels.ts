import type { Box } from "./boxes.ts";
import { mergeStill, type SortedSweep } from "./cloud.ts";
import { GroundHeights } from "./ground.ts";
import { fillBoxes, fillGround, VoxelVotes } from "./voxels.ts";

let votes: VoxelVotes | undefined;

/**
 * Weak labels of one key frame, [200, 200, 16] as SurroundOcc's: what stands still in its own and its
 * neighbours' sweeps, the ground filled between the lidar's rings, and the boxes, solid, that have a
 * point of the own sweep inside. `own` must be the sweep of the key frame whose boxes these are.
 */
export function weakLabels(
  own: SortedSweep,
  boxes: readonly Box[],
  neighbours: readonly SortedSweep[] = [],
): Uint8Array {
  const still = mergeStill(own.lidar, [own, ...neighbours]);
  const ground = GroundHeights.from(still, own.lidar.sensorToEgo);
  votes ??= new VoxelVotes();
  const dense = votes.count([still, own.things], ground);
  fillGround(dense);
  fillBoxes(dense, boxes.filter((_, i) => own.hits[i]! > 0));
  return dense;
}
