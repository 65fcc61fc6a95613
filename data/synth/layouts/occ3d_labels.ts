import { writeNpz } from "../../formats/numpy/npz.ts";
import { occ3d } from "../../occ3d/task.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { matrixFromPose } from "../../occupancy/rigid.ts";
import { type Rays, seenVoxels } from "../../weak_labels/seen_voxels.ts";

// Rays across and down a picture, and around and up from the lidar.
const ACROSS = 120, DOWN = 68;
const AROUND = 720, RINGS = 32;
const LOWEST = -30, HIGHEST = 10; // degrees

/** The content of a labels.npz in Occ3D's layout: labels on its grid, and what lidar and cameras see of them. */
export function occ3dLabels(
  semantics: Uint8Array,
  { cameras, lidar }: Pick<KeyFrame, "cameras" | "lidar">,
  imageSize: readonly [number, number],
): Uint8Array {
  const { grid, empty } = occ3d;
  const array = (data: Uint8Array) => ({ dtype: "uint8" as const, shape: [...grid.dims], data });
  const mask = (bundles: readonly Rays[]) => array(seenVoxels(semantics, grid, empty, bundles));
  return writeNpz({
    semantics: array(semantics),
    mask_lidar: mask([lidarRays(lidar.sensorToEgo.translation)]),
    mask_camera: mask(cameras.map((camera) => cameraRays(camera, imageSize))),
  }, { compress: true });
}

function cameraRays(
  { intrinsic, sensorToEgo }: KeyFrame["cameras"][number],
  [width, height]: readonly [number, number],
): Rays {
  const m = matrixFromPose(sensorToEgo);
  const [fx, , cx, , fy, cy] = intrinsic as [number, number, number, number, number, number];
  const directions = new Float32Array(3 * ACROSS * DOWN);
  for (let row = 0, at = 0; row < DOWN; row++) {
    for (let column = 0; column < ACROSS; column++, at += 3) {
      const x = ((column + 0.5) / ACROSS * width - cx) / fx;
      const y = ((row + 0.5) / DOWN * height - cy) / fy;
      const length = Math.hypot(x, y, 1);
      for (let axis = 0; axis < 3; axis++) {
        directions[at + axis] = (m[4 * axis]! * x + m[4 * axis + 1]! * y + m[4 * axis + 2]!) /
          length;
      }
    }
  }
  return { origin: [m[3]!, m[7]!, m[11]!], directions };
}

/** Rays of a lidar around a place. */
export function lidarRays(origin: readonly [number, number, number]): Rays {
  const directions = new Float32Array(3 * AROUND * RINGS);
  for (let ring = 0, at = 0; ring < RINGS; ring++) {
    const pitch = (LOWEST + (HIGHEST - LOWEST) * ring / (RINGS - 1)) * Math.PI / 180;
    for (let turn = 0; turn < AROUND; turn++, at += 3) {
      const yaw = turn / AROUND * 2 * Math.PI;
      directions[at] = Math.cos(pitch) * Math.cos(yaw);
      directions[at + 1] = Math.cos(pitch) * Math.sin(yaw);
      directions[at + 2] = Math.sin(pitch);
    }
  }
  return { origin, directions };
}
