import { invertRigid, type Matrix4 } from "../occupancy/rigid.ts";

/** An annotated thing in the frame of its key frame's points. */
export type Box = {
  /** Its label; of nuScenes 0 where the category is none of the classes. */
  label: number;
  /** Box frame (x along the length, z up, origin in the middle) from the points' frame. */
  boxFromLidar: Matrix4;
  /** Half length, width and height, metres. */
  half: readonly [number, number, number];
};

/** A box from the pose of its middle in the points' frame and its length, width and height. */
export function boxAt(
  label: number,
  lidarFromBox: Matrix4,
  [length, width, height]: readonly [number, number, number],
): Box {
  return {
    label,
    boxFromLidar: invertRigid(lidarFromBox),
    half: [length / 2, width / 2, height / 2],
  };
}

/** Whether the box, grown by `margin` metres, holds a point. */
export function holds(
  { boxFromLidar: m, half }: Box,
  [x, y, z]: readonly [number, number, number],
  margin: number,
): boolean {
  return Math.abs(m[8]! * x + m[9]! * y + m[10]! * z + m[11]!) <= half[2] + margin &&
    Math.abs(m[0]! * x + m[1]! * y + m[2]! * z + m[3]!) <= half[0] + margin &&
    Math.abs(m[4]! * x + m[5]! * y + m[6]! * z + m[7]!) <= half[1] + margin;
}

/** Radius of the sphere about a box's middle that holds it, metres. */
export function radiusOf({ half }: Box): number {
  return Math.hypot(...half);
}
