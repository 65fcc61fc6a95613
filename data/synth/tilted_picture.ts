import {
  invertRigid,
  matrixFromPose,
  multiply4,
  type Pose,
  poseFromMatrix,
} from "../occupancy/rigid.ts";
import { renderPicture, type SynthPicture } from "./picture.ts";

/**
 * What a camera sees that need not be level: a level one at its place is drawn and looked up, which is
 * exact, for turning a camera moves the pixels of things at all depths alike.
 */
export function renderTilted(
  scene: Parameters<typeof renderPicture>[0],
  solids: Parameters<typeof renderPicture>[1],
  { streetFromCamera, intrinsic, size }: Parameters<typeof renderPicture>[2],
): SynthPicture {
  const [width, height] = size;
  const streetFromLevel = levelled(streetFromCamera);
  const m = multiply4(
    invertRigid(matrixFromPose(streetFromLevel)),
    matrixFromPose(streetFromCamera),
  );
  const [fx, , cx, , fy, cy] = intrinsic as [number, number, number, number, number, number];
  /** Where a pixel's ray meets the level camera's plane at distance 1. */
  const onLevel = (u: number, v: number): [number, number] => {
    const x = (u - cx) / fx, y = (v - cy) / fy;
    const [a, b, depth] = [0, 1, 2].map((row) =>
      m[4 * row]! * x + m[4 * row + 1]! * y + m[4 * row + 2]!
    ) as [number, number, number];
    return [a / depth, b / depth];
  };
  const corners = [[0, 0], [width, 0], [0, height], [width, height]]
    .map(([u, v]) => onLevel(u!, v!));
  const low = [0, 1].map((axis) => Math.min(...corners.map((corner) => corner[axis]!)));
  const high = [0, 1].map((axis) => Math.max(...corners.map((corner) => corner[axis]!)));
  const levelSize = [fx, fy].map((focal, axis) => Math.ceil((high[axis]! - low[axis]!) * focal));
  const [levelWidth, levelHeight] = levelSize as [number, number];
  const [left, top] = [-low[0]! * fx, -low[1]! * fy];
  const level = renderPicture(scene, solids, {
    streetFromCamera: streetFromLevel,
    intrinsic: [fx, 0, left, 0, fy, top, 0, 0, 1],
    size: [levelWidth, levelHeight],
  });
  const data = new Uint8Array(3 * width * height);
  const labels = new Uint8Array(width * height);
  for (let v = 0, pixel = 0; v < height; v++) {
    for (let u = 0; u < width; u++, pixel++) {
      const [x, y] = onLevel(u + 0.5, v + 0.5);
      const column = Math.min(levelWidth - 1, Math.max(0, Math.floor(x * fx + left)));
      const row = Math.min(levelHeight - 1, Math.max(0, Math.floor(y * fy + top)));
      const from = row * levelWidth + column;
      data.set(level.data.subarray(3 * from, 3 * from + 3), 3 * pixel);
      labels[pixel] = level.labels[from]!;
    }
  }
  return { width, height, channels: 3, data, labels };
}

/** The level camera that looks to the same side. */
function levelled({ translation, ...camera }: Pose): Pose {
  const m = matrixFromPose({ translation, ...camera });
  const length = Math.hypot(m[2]!, m[6]!);
  const [ax, ay] = [m[2]! / length, m[6]! / length];
  // deno-fmt-ignore
  return poseFromMatrix(new Float64Array([
    ay, 0, ax, translation[0],
    -ax, 0, ay, translation[1],
    0, -1, 0, translation[2],
    0, 0, 0, 1,
  ]));
}
