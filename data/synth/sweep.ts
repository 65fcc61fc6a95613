import type { Pose } from "../occupancy/rigid.ts";
import { matrixFromPose } from "../occupancy/rigid.ts";
import { RayColumn } from "./ray_column.ts";
import type { Scene } from "./scene.ts";
import type { Solid } from "./solids.ts";

/** nuScenes' lidar: 32 beams from -30.67 to +10.67 degrees, 1085 firings a turn, 100 m. */
const BEAMS = 32, FIRINGS = 1085, LOWEST = -30.67, HIGHEST = 10.67, RANGE = 100;

/** One turn of the lidar: points [N, 5] (x, y, z in the lidar frame, intensity 0 to 255, ring) and their classes. */
export function castSweep(
  scene: Scene,
  solids: readonly Solid[],
  streetFromLidar: Pose,
): { points: Float32Array<ArrayBuffer>; labels: Uint8Array } {
  const axes = matrixFromPose(streetFromLidar);
  const points = new Float32Array(BEAMS * FIRINGS * 5);
  const labels = new Uint8Array(BEAMS * FIRINGS);
  const column = new RayColumn(scene.street, solids);
  let count = 0;
  for (let firing = 0; firing < FIRINGS; firing++) {
    const angle = 2 * Math.PI * firing / FIRINGS;
    const x = Math.cos(angle), y = Math.sin(angle);
    column.aim(streetFromLidar.translation, [
      axes[0]! * x + axes[1]! * y,
      axes[4]! * x + axes[5]! * y,
    ]);
    for (let ring = 0; ring < BEAMS; ring++) {
      const degrees = LOWEST + (HIGHEST - LOWEST) * ring / (BEAMS - 1);
      const slope = Math.tan(degrees * Math.PI / 180);
      const { distance, label, solid } = column.cast(slope);
      if (!(distance * Math.hypot(1, slope) < RANGE)) continue;
      const bright = solid ? (solid.color[0] + solid.color[1] + solid.color[2]) / 12 : 12;
      points.set(
        [distance * x, distance * y, distance * slope, Math.round(bright), ring],
        5 * count,
      );
      labels[count++] = label;
    }
  }
  return { points: points.slice(0, 5 * count), labels: labels.slice(0, count) };
}
