import type { Lidar } from "../occupancy/key_frame.ts";
import { invertRigid, type Matrix4, matrixFromPose, multiply4 } from "../occupancy/rigid.ts";
import { type Box, holds, radiusOf } from "./boxes.ts";
import type { Extent, LabelRule } from "./label_rule.ts";

/** A point whose class nothing has said yet. */
export const UNKNOWN = 255;

/** Lidar points [N, 3] with a label each, UNKNOWN where there is none. */
export type Cloud = { xyz: Float32Array; labels: Uint8Array };

/** One key frame's sweep, sorted out. */
export type SortedSweep = {
  lidar: Lidar;
  /** What stands still, as far as boxes and lidarseg tell: seen from other key frames it is there too. */
  still: Cloud;
  /** Things outside of boxes, which lidarseg alone knows. */
  things: Cloud;
  /** Points inside each box. */
  hits: Uint32Array;
  /** Where the lidar was in the points' frame; at its origin unless given. */
  origin?: readonly [number, number, number];
};

// Boxes fit closely: points of a thing's edge and its wheels lie a little outside.
const BOX_MARGIN = 0.15;

/**
 * Sorts the points of a sweep, rows of `stride` numbers that begin with x, y and z, by its boxes and their
 * labels; the own car and noise are dropped.
 */
export function sortSweep(
  sweep: Float32Array,
  lidar: Lidar,
  { boxes, labels, rule, stride }: {
    boxes: readonly Box[];
    labels: Uint8Array | null;
    rule: Pick<LabelRule, "noise" | "isThing" | "car">;
    stride: number;
  },
): SortedSweep {
  const count = sweep.length / stride;
  const hits = new Uint32Array(boxes.length);
  const still = new CloudBuilder(count), things = new CloudBuilder(count);
  const egoFromLidar = matrixFromPose(lidar.sensorToEgo);
  const near = boxes.map((box, i) => {
    const [x, y, z] = matrixMiddle(box.boxFromLidar);
    return { box, i, x, y, z, reach: (radiusOf(box) + BOX_MARGIN) ** 2 };
  });
  for (let p = 0, at = 0; p < count; p++, at += stride) {
    const point = [sweep[at]!, sweep[at + 1]!, sweep[at + 2]!] as const;
    const [x, y, z] = point;
    if (rule.car && isOwnCar(egoFromLidar, rule.car, point)) continue;
    let inside = false;
    for (const { box, i, x: bx, y: by, z: bz, reach } of near) {
      if ((x - bx) ** 2 + (y - by) ** 2 + (z - bz) ** 2 > reach) continue;
      if (!holds(box, point, BOX_MARGIN)) continue;
      hits[i]!++;
      inside = true;
    }
    if (inside) continue;
    const label = labels ? labels[p]! : UNKNOWN;
    if (label === rule.noise) continue;
    (rule.isThing(label) ? things : still).add(x, y, z, label);
  }
  return { lidar, still: still.cloud(), things: things.cloud(), hits };
}

/** The points of several key frames that stand still, in the lidar frame of the first one given. */
export function mergeStill(target: Lidar, sweeps: readonly SortedSweep[]): Cloud {
  const lidarFromGlobal = invertRigid(globalFromLidar(target));
  const total = sweeps.reduce((sum, { still }) => sum + still.labels.length, 0);
  const merged = new CloudBuilder(total);
  for (const { lidar, still: { xyz, labels } } of sweeps) {
    const m = multiply4(lidarFromGlobal, globalFromLidar(lidar));
    for (let p = 0; p < labels.length; p++) {
      const x = xyz[3 * p]!, y = xyz[3 * p + 1]!, z = xyz[3 * p + 2]!;
      merged.add(
        m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
        m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
        m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
        labels[p]!,
      );
    }
  }
  return merged.cloud();
}

function globalFromLidar({ egoToGlobal, sensorToEgo }: Lidar): Matrix4 {
  return multiply4(matrixFromPose(egoToGlobal), matrixFromPose(sensorToEgo));
}

function matrixMiddle(boxFromLidar: Matrix4): [number, number, number] {
  const m = invertRigid(boxFromLidar);
  return [m[3]!, m[7]!, m[11]!];
}

function isOwnCar(
  m: Matrix4,
  car: Extent,
  [x, y, z]: readonly [number, number, number],
): boolean {
  const inside = (row: 0 | 1 | 2) => {
    const value = m[4 * row]! * x + m[4 * row + 1]! * y + m[4 * row + 2]! * z + m[4 * row + 3]!;
    return value > car[row] && value < car[row + 3]!;
  };
  return inside(0) && inside(1) && inside(2);
}

class CloudBuilder {
  readonly #xyz: Float32Array;
  readonly #labels: Uint8Array;
  #count = 0;

  constructor(room: number) {
    this.#xyz = new Float32Array(3 * room);
    this.#labels = new Uint8Array(room);
  }

  add(x: number, y: number, z: number, label: number): void {
    const at = 3 * this.#count;
    this.#xyz[at] = x;
    this.#xyz[at + 1] = y;
    this.#xyz[at + 2] = z;
    this.#labels[this.#count++] = label;
  }

  cloud(): Cloud {
    return {
      xyz: this.#xyz.slice(0, 3 * this.#count),
      labels: this.#labels.slice(0, this.#count),
    };
  }
}
