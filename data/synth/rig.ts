import type { Camera } from "../occupancy/key_frame.ts";
import { matrixFromPose, multiply4, type Pose, poseFromMatrix } from "../occupancy/rigid.ts";
import type { PhiloxStream } from "../philox.ts";

/** A camera of the synthetic car: intrinsics for 1600x900 pixels and its place on the car. */
export type RigCamera = {
  name: Camera["name"];
  /** Focal length and principal point in pixels of a 1600x900 picture. */
  focal: number;
  center: [number, number];
  /** Position in the ego frame, metres. */
  position: [number, number, number];
  /** Viewing direction about z in the ego frame, radians (0 ahead, positive to the left). */
  yaw: number;
  /** Shutter time before the lidar's, seconds. */
  early: number;
};

const degrees = Math.PI / 180;
// nuScenes' own car, rounded: 70 degree lenses, 110 degrees at the back; cameras level.
const CAMERAS: readonly RigCamera[] = [
  ["CAM_FRONT", 1266, [816, 491], [1.70, 0.02, 1.51], 0, 0.0355],
  ["CAM_FRONT_RIGHT", 1261, [808, 495], [1.55, -0.49, 1.50], -56, 0.0277],
  ["CAM_FRONT_LEFT", 1273, [826, 480], [1.52, 0.49, 1.51], 55, 0.0431],
  ["CAM_BACK", 809, [829, 482], [0.03, 0.00, 1.58], 180, 0.0104],
  ["CAM_BACK_LEFT", 1257, [792, 493], [1.04, 0.48, 1.59], 108, 0.0005],
  ["CAM_BACK_RIGHT", 1260, [807, 501], [1.01, -0.48, 1.56], -110, 0.0201],
].map(([name, focal, center, position, yaw, early]) => ({
  name,
  focal,
  center,
  position,
  yaw: (yaw as number) * degrees,
  early,
})) as RigCamera[];

/** Lidar on the ego frame: 1.84 m above the ground, its x axis to the right, its y axis ahead. */
export const EGO_FROM_LIDAR: Pose = {
  rotation: [Math.SQRT1_2, 0, 0, -Math.SQRT1_2],
  translation: [0.94, 0, 1.84],
};

/** Cameras of one car; each car's are mounted a little differently. */
export function drawRig(random: PhiloxStream): RigCamera[] {
  return CAMERAS.map((camera) => ({
    ...camera,
    focal: camera.focal * random.uniform(0.995, 1.005),
    center: [camera.center[0] + random.uniform(-8, 8), camera.center[1] + random.uniform(-8, 8)],
    yaw: camera.yaw + random.uniform(-0.01, 0.01),
  }));
}

/** Rotation about z (up) by `yaw` radians with a translation. */
export function levelPose(yaw: number, translation: [number, number, number]): Pose {
  return { rotation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)], translation };
}

/** Ego from camera (x right, y down, z ahead) for a level camera. */
export function egoFromCamera({ yaw, position: [x, y, z] }: RigCamera): Pose {
  const cos = Math.cos(yaw), sin = Math.sin(yaw);
  // deno-fmt-ignore
  return poseFromMatrix(new Float64Array([
    sin, 0, cos, x,
    -cos, 0, sin, y,
    0, -1, 0, z,
    0, 0, 0, 1,
  ]));
}

/** The car's drive through the street: straight ahead at a constant speed with a constant turn. */
export type Drive = {
  x: number;
  y: number;
  yaw: number;
  /** m/s */
  speed: number;
  /** rad/s */
  turn: number;
};

/** Street from ego at `seconds`. */
export function streetFromEgo({ x, y, yaw, speed, turn }: Drive, seconds: number): Pose {
  const now = yaw + turn * seconds;
  const [dx, dy] = Math.abs(turn) < 1e-6
    ? [speed * seconds * Math.cos(yaw), speed * seconds * Math.sin(yaw)]
    : [
      speed / turn * (Math.sin(now) - Math.sin(yaw)),
      speed / turn * (Math.cos(yaw) - Math.cos(now)),
    ];
  return levelPose(now, [x + dx, y + dy, 0]);
}

/** Composition of poses, left to right. */
export function compose(...poses: [Pose, ...Pose[]]): Pose {
  const [first, ...rest] = poses.map(matrixFromPose);
  return poseFromMatrix(multiply4(first!, ...rest));
}
