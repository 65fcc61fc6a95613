import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { cameraAt, type Vector } from "../../../gpu/ops/gaussian/rasterize/camera_pose.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";

// The original looks at a point 1.4 m above the lidar from 140 m behind, then turns and moves the
// camera: up by 5 degrees around that point, 8 degrees further down, 15 m up along the picture.
const DISTANCE = 140.44;
const ELEVATION = 45.27;
const PITCH = 8;
const LIFT = 15;
const FOCUS_HEIGHT = 1.4;
const FIELD_OF_VIEW = 30;
// So high that columns of voxels do not lean.
const BIRD_HEIGHT = 1000;
const BIRD_MARGIN = 1.03;

/** The original's view of a scene, from behind and above the car, in the lidar frame. */
export function thirdPerson(width: number, height: number): ViewCamera {
  const radians = Math.PI / 180;
  const [raised, down] = [ELEVATION * radians, (ELEVATION + PITCH) * radians];
  const up: Vector = [0, Math.sin(down), Math.cos(down)];
  const tangent = Math.tan(FIELD_OF_VIEW / 2 * radians);
  return {
    width,
    height,
    tangents: [tangent * width / height, tangent],
    position: [
      0,
      -DISTANCE * Math.cos(raised) + LIFT * up[1],
      FOCUS_HEIGHT + DISTANCE * Math.sin(raised) + LIFT * up[2],
    ],
    right: [1, 0, 0],
    down: [-up[0], -up[1], -up[2]],
    forward: [0, Math.cos(down), -Math.sin(down)],
  };
}

/** A square picture of a box (low corner, then high, metres) from far above, forward up. */
export function birdsEyeOf(range: readonly number[], side: number): ViewCamera {
  const [x0, y0, , x1, y1, z1] = range as [number, number, number, number, number, number];
  const tangent = BIRD_MARGIN * Math.max(x1 - x0, y1 - y0) / 2 / BIRD_HEIGHT;
  return {
    width: side,
    height: side,
    tangents: [tangent, tangent],
    position: [(x0 + x1) / 2, (y0 + y1) / 2, z1 + BIRD_HEIGHT],
    right: [1, 0, 0],
    down: [0, -1, 0],
    forward: [0, 0, -1],
  };
}

/** From the lidar frame (x right, y forward, z up) to that of splat files (x right, y down, z forward). */
export function toSplatFrame([x, y, z]: Vector): Vector {
  return [x, -z, y];
}

/** The same camera as the rasteriser wants it, in the frame of splat files. */
export function rasterCameraOf(camera: ViewCamera): RasterCamera {
  const { width, height, tangents } = camera;
  const pose = {
    position: toSplatFrame(camera.position),
    right: toSplatFrame(camera.right),
    down: toSplatFrame(camera.down),
    forward: toSplatFrame(camera.forward),
  };
  return cameraAt(pose, { width, height, tangents, far: 2 * BIRD_HEIGHT });
}
