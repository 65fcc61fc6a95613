import type { Camera, KeyFrame, Lidar } from "./key_frame.ts";
import { type ImageGeometry, inputFromImage } from "./image_geometry.ts";
import { invertRigid, type Matrix4, matrixFromPose, multiply4, type Pose } from "./rigid.ts";
import type { OccupancyTask } from "./task.ts";

const STILL: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };

/**
 * Maps (x, y, z, 1) in the lidar frame to (u d, v d, d, 1) in pixels of the camera's stored picture,
 * through both sensors' own ego poses: K inv(ego_from_camera) inv(global_from_ego) global_from_ego
 * ego_from_lidar, the first ego at the camera's time, the second at the lidar's. 4x4 in float64.
 */
export function imageFromLidar(camera: Camera, lidar: Lidar): Matrix4 {
  const k = camera.intrinsic;
  // deno-fmt-ignore
  const imageFromCamera = new Float64Array([
    k[0]!, k[1]!, k[2]!, 0,
    k[3]!, k[4]!, k[5]!, 0,
    k[6]!, k[7]!, k[8]!, 0,
    0, 0, 0, 1,
  ]);
  return multiply4(
    imageFromCamera,
    invertRigid(matrixFromPose(camera.sensorToEgo)),
    invertRigid(matrixFromPose(camera.egoToGlobal)),
    matrixFromPose(lidar.egoToGlobal),
    matrixFromPose(lidar.sensorToEgo),
  );
}

/** Where labels are, as `imageFromLidar` takes it: those of the car's frame as if the lidar stood at its origin. */
export function labelsFrame(lidar: Lidar, labels: OccupancyTask["frame"]): Lidar {
  return labels === "ego" ? { ...lidar, sensorToEgo: STILL } : lidar;
}

/**
 * The network's `projection_mat` [cameras, 4, 4]: the labels' frame to pixels of the augmented pictures,
 * float32; each picture has a geometry of its own. That of the car is where it was at the lidar's time.
 */
export function projectionMatrices(
  frame: KeyFrame,
  geometries: readonly ImageGeometry[],
  labels: OccupancyTask["frame"] = "lidar",
): Float32Array {
  const out = new Float32Array(frame.cameras.length * 16);
  const from = labelsFrame(frame.lidar, labels);
  frame.cameras.forEach((camera, i) =>
    out.set(multiply4(lifted(geometries[i]!), imageFromLidar(camera, from)), 16 * i)
  );
  return out;
}

/** What is done to a picture, as a 4x4 matrix of (u d, v d, d, 1). */
function lifted(geometry: ImageGeometry): Matrix4 {
  const input = inputFromImage(geometry);
  // deno-fmt-ignore
  return new Float64Array([
    input[0]!, input[1]!, input[2]!, 0,
    input[3]!, input[4]!, input[5]!, 0,
    input[6]!, input[7]!, input[8]!, 0,
    0, 0, 0, 1,
  ]);
}

/** Where the labels' frame was in the world at a key frame's time, 4x4. */
export function worldFromLabels(
  { lidar }: Pick<KeyFrame, "lidar">,
  labels: OccupancyTask["frame"] = "lidar",
): Matrix4 {
  const sensor = labels === "ego" ? STILL : lidar.sensorToEgo;
  return multiply4(matrixFromPose(lidar.egoToGlobal), matrixFromPose(sensor));
}

/** A lidar point's pixel and depth (metres ahead of the camera) by a 4x4 projection. */
export function projectPoint(
  imageFromLidar: ArrayLike<number>,
  [x, y, z]: readonly [number, number, number],
): { u: number; v: number; depth: number } {
  const row = (r: number) =>
    imageFromLidar[4 * r]! * x + imageFromLidar[4 * r + 1]! * y + imageFromLidar[4 * r + 2]! * z +
    imageFromLidar[4 * r + 3]!;
  const depth = row(2);
  return { u: row(0) / depth, v: row(1) / depth, depth };
}
