import type { Lidar } from "../../../../data/occupancy/key_frame.ts";
import { CLASS, EMPTY } from "../../../../data/nuscenes/classes.ts";
import { invertRigid, matrixFromPose, multiply4 } from "../../../../data/occupancy/rigid.ts";
import { type Box, boxAt } from "../../../../data/weak_labels/boxes.ts";
import { isThing } from "../../../../data/nuscenes/weak_labels/categories.ts";
import { compose, EGO_FROM_LIDAR, streetFromEgo } from "../../../../data/synth/rig.ts";
import { drawScene } from "../../../../data/synth/scene.ts";
import { moved } from "../../../../data/synth/solids.ts";
import { castSweep } from "../../../../data/synth/sweep.ts";
import { labelVoxels } from "../../../../data/synth/voxels.ts";

/** A moment of a synthetic street: what the lidar sees, what is annotated, and the truth. */
export type Moment = {
  lidar: Lidar;
  points: Float32Array;
  /** The true class of each point. */
  seen: Uint8Array;
  boxes: Box[];
  truth: Uint8Array;
};

/** Moments of a street half a second apart; every solid of a thing has a box of its own. */
export function streetMoments(seed: number, scene: number, count: number): Moment[] {
  const street = drawScene(seed, scene, count * 0.5);
  return Array.from({ length: count }, (_, i) => {
    const solids = street.solids.map((solid) => moved(solid, i * 0.5));
    const streetFromLidar = compose(streetFromEgo(street.drive, i * 0.5), EGO_FROM_LIDAR);
    const { points, labels } = castSweep(street, solids, streetFromLidar);
    const lidarFromStreet = invertRigid(matrixFromPose(streetFromLidar));
    const boxes = solids.filter(({ label }) => isThing(label) || label === CLASS.others).map(
      ({ label, x, y, z: [low, high], half: [long, wide], yaw }) => {
        const streetFromBox = matrixFromPose({
          rotation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)],
          translation: [x, y, (low + high) / 2],
        });
        const size = [2 * long, 2 * wide, high - low] as const;
        return boxAt(label, multiply4(lidarFromStreet, streetFromBox), size);
      },
    );
    return {
      lidar: {
        file: `${i}`,
        sensorToEgo: EGO_FROM_LIDAR,
        egoToGlobal: compose(
          street.globalFromStreet,
          streetFromEgo(street.drive, i * 0.5),
        ),
      },
      points,
      seen: labels,
      boxes,
      truth: labelVoxels(street, solids, streetFromLidar),
    };
  });
}

/** Intersections over unions: of occupied voxels, and per class; true noise counts nowhere. */
export class Overlap {
  readonly both = new Float64Array(EMPTY + 1);
  readonly either = new Float64Array(EMPTY + 1);

  add(labels: Uint8Array, truth: Uint8Array): void {
    for (let voxel = 0; voxel < truth.length; voxel++) {
      const is = truth[voxel]!, said = labels[voxel]!;
      if (is === 0) continue;
      if (is !== EMPTY || said !== EMPTY) this.either[EMPTY]!++;
      if (is !== EMPTY && said !== EMPTY) this.both[EMPTY]!++;
      if (is !== EMPTY) this.either[is]!++;
      if (said !== EMPTY && said !== is) this.either[said]!++;
      if (is === said && is !== EMPTY) this.both[is]!++;
    }
  }

  /** Of what is occupied, whatever its class. */
  get occupied(): number {
    return this.both[EMPTY]! / this.either[EMPTY]!;
  }

  of(label: number): number {
    return this.both[label]! / this.either[label]!;
  }

  /** Mean over the sixteen classes. */
  get mean(): number {
    let sum = 0;
    for (let label = 1; label < EMPTY; label++) sum += this.of(label);
    return sum / 16;
  }
}
