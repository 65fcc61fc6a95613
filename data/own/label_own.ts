import { join } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { writeNpz } from "../formats/numpy/npz.ts";
import { dataFile } from "../occupancy/data_files.ts";
import { SPLITS } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { invertRigid, matrixFromPose, multiply4 } from "../occupancy/rigid.ts";
import type { OccupancyTask } from "../occupancy/task.ts";
import { boxAt } from "../weak_labels/boxes.ts";
import { type SortedSweep, sortSweep } from "../weak_labels/cloud.ts";
import { prepareLabelFolder } from "../weak_labels/label_folder.ts";
import { type LabelCounts, labelFrames, type SortedFrame } from "../weak_labels/label_frames.ts";
import type { LabelRule } from "../weak_labels/label_rule.ts";
import type { LabelShare } from "../weak_labels/label_share.ts";
import { readLidarPoints, readPointClasses } from "../weak_labels/lidar_points.ts";
import { type Rays, seenVoxels } from "../weak_labels/seen_voxels.ts";
import { indexPath, readIndexFile } from "./index_file.ts";
import { classNamed, readLabelRule } from "./label_rule.ts";
import { LABELS } from "./labels.ts";
import { readTask } from "./task_file.ts";

/** Which set of one's own to label from its lidar. */
export interface OwnLabelOptions {
  /** Holds task.json and the indices. */
  readonly dataDir: string;
  /** Gets labels/TOKEN.npz; the set's own folder unless given. */
  readonly out?: string | undefined;
  /** Key frames before and after one, of its sequence, whose points are taken along; default 4. */
  readonly neighbours?: number | undefined;
  /** Skip and count key frames with a broken or missing file of points instead of failing. */
  readonly skipBad?: boolean | undefined;
  /** Told of every key frame. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Which part of the key frames; all unless given. */
  readonly share?: LabelShare | undefined;
}

/** What was labelled. */
export interface OwnLabelReport extends LabelCounts {
  /** Voxels with a class in all. */
  readonly voxels: number;
  /** Voxels that light is seen to pass. */
  readonly free: number;
}

/**
 * Makes weak labels of a set of one's own from lidar: classes from files of points, from boxes, or else by
 * height. `mask` is 1 where a point lies or the way to one leads through; the rest is not known.
 */
export function labelOwnFrames(options: OwnLabelOptions): OwnLabelReport {
  const { dataDir, out = dataDir, neighbours = 4, skipBad = false, onProgress, share } = options;
  const task = readTask(dataDir);
  const frames = SPLITS.flatMap((split) =>
    readIndexFile(indexPath(dataDir, split), { some: false })
  );
  const rule = readLabelRule(dataDir, task, frames);
  const folder = join(out, LABELS);
  prepareLabelFolder(folder, {
    weak: true,
    what: "weak labels made from lidar",
    neighbours,
    byHeight: rule.byHeight,
  }, ".npz");
  let [voxels, free] = [0, 0];
  const counts = labelFrames({
    ...{ frames, rule, neighbours, skipBad, share, onProgress },
    sort: (frame) => sortFrame(frame, dataDir, task, rule),
    write: ({ token }, dense, sweeps) => {
      const mask = seenVoxels(
        dense,
        rule.grid,
        rule.empty,
        sweeps.map((sweep) => raysOf(sweep, sweeps[0]!)),
      );
      for (let i = 0; i < dense.length; i++) {
        if (dense[i] !== rule.empty) mask[i] = 1;
        voxels += Number(dense[i] !== rule.empty);
        free += Number(dense[i] === rule.empty && mask[i] === 1);
      }
      const shape = [...rule.grid.dims];
      const labels = { dtype: "uint8", shape, data: dense } as const;
      writeAtomically(
        join(folder, `${token}.npz`),
        writeNpz({ labels, mask: { dtype: "uint8", shape, data: mask } }, { compress: true }),
      );
    },
  });
  if (!share) assertOwnLabelled(dataDir, counts);
  return { ...counts, voxels, free };
}

/** Throws where nothing was labelled at all. */
export function assertOwnLabelled(
  dataDir: string,
  { labelled, keyFrames, withoutAnnotations, bad }: LabelCounts,
): void {
  if (labelled > 0) return;
  throw Object.assign(
    new Error(
      `Cannot label "${dataDir}": of ${keyFrames} key frames ${withoutAnnotations} name no lidar that ` +
        `anything tells the classes of, and ${bad} no readable points`,
    ),
    { hint: `rows need "lidar", and "classes" in it, "boxes", or "from_lidar" in task.json` },
  );
}

/** A key frame's points in the rig's frame, sorted; null where it has none, or nothing tells their classes. */
function sortFrame(
  { lidar, boxes = [] }: KeyFrame,
  folder: string,
  task: OccupancyTask,
  rule: LabelRule,
): SortedFrame | null {
  if (lidar.file === "") return null;
  if (lidar.classes === undefined && boxes.length === 0 && rule.byHeight === null) return null;
  const { numbers, stride } = readLidarPoints(dataFile(folder, lidar.file));
  const rig = inRig(numbers, stride, matrixFromPose(lidar.sensorToEgo));
  const labels = lidar.classes === undefined
    ? null
    : readPointClasses(dataFile(folder, lidar.classes), rig.length / 3, task.classes.length);
  const placed = boxes.map((box) =>
    boxAt(classNamed(task, box.class, "boxes"), matrixFromPose(box.boxToEgo), box.size)
  );
  const still = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] } as const;
  const sweep = sortSweep(rig, { ...lidar, sensorToEgo: still }, {
    ...{ boxes: placed, labels, rule, stride: 3 },
  });
  return { sweep: { ...sweep, origin: lidar.sensorToEgo.translation }, boxes: placed };
}

function inRig(numbers: Float32Array, stride: number, m: Float64Array): Float32Array {
  const xyz = new Float32Array(3 * numbers.length / stride);
  for (let from = 0, to = 0; from < numbers.length; from += stride, to += 3) {
    for (let axis = 0; axis < 3; axis++) {
      xyz[to + axis] = m[4 * axis]! * numbers[from]! + m[4 * axis + 1]! * numbers[from + 1]! +
        m[4 * axis + 2]! * numbers[from + 2]! + m[4 * axis + 3]!;
    }
  }
  return xyz;
}

/** The ways of a sweep's light in another key frame's rig frame. */
function raysOf(sweep: SortedSweep, target: SortedSweep): Rays {
  const m = multiply4(
    invertRigid(matrixFromPose(target.lidar.egoToGlobal)),
    matrixFromPose(sweep.lidar.egoToGlobal),
  );
  const [ox, oy, oz] = sweep.origin ?? [0, 0, 0];
  const { xyz } = sweep.still;
  const directions = new Float32Array(xyz.length);
  for (let at = 0; at < xyz.length; at += 3) {
    const x = xyz[at]! - ox, y = xyz[at + 1]! - oy, z = xyz[at + 2]! - oz;
    const length = Math.hypot(x, y, z) || 1;
    for (let axis = 0; axis < 3; axis++) {
      directions[at + axis] = (m[4 * axis]! * x + m[4 * axis + 1]! * y + m[4 * axis + 2]! * z) /
        length;
    }
  }
  const origin = [0, 1, 2].map((axis) =>
    m[4 * axis]! * ox + m[4 * axis + 1]! * oy + m[4 * axis + 2]! * oz + m[4 * axis + 3]!
  ) as [number, number, number];
  return { origin, directions };
}
