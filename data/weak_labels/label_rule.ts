import type { LabelGrid } from "../occupancy/task.ts";

/** A box along its frame's axes: low and high corner, metres. */
export type Extent = readonly [number, number, number, number, number, number];

/** What weak labels are of: the grid, and what classes mean where only the lidar tells of them. */
export interface LabelRule {
  readonly grid: LabelGrid;
  /** Labels from 0; one of them is free space. */
  readonly classes: number;
  readonly empty: number;
  /** Points of this label say nothing; null where no label is such. */
  readonly noise: number | null;
  /** Things that have boxes and may move: they are not taken from other key frames. */
  readonly isThing: (label: number) => boolean;
  /** Surfaces to drive or walk on: gaps between the lidar's rings are filled. */
  readonly isGround: (label: number) => boolean;
  /** Classes of points that nothing tells of, by their height above the ground; without them they are left out. */
  readonly byHeight:
    | { readonly ground: number; readonly low: number; readonly high: number }
    | null;
  /** Height of the ground under the car in its frame, metres. */
  readonly level: number;
  /** The car itself in its frame, whose points are dropped. */
  readonly car: Extent | null;
}
