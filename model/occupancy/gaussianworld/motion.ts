import { mat3, mat4, quat } from "gl-matrix";

/** A rigid motion in doubles, rows of a 4x4 matrix. */
export interface Motion {
  /** 16 numbers, row by row: current_from_previous. */
  readonly matrix: readonly number[];
  /** previous_from_current. */
  readonly inverse: readonly number[];
  /** Unit quaternion (w, x, y, z) of its rotation. */
  readonly turn: readonly [number, number, number, number];
}

/**
 * How the car moved between two frames, from their poses global_from_lidar (4x4, row by row). In doubles:
 * poses lie 600 to 1800 m from the map's origin, where f32 matrices cost 2e-4 m.
 */
export function motionBetween(previous: ArrayLike<number>, current: ArrayLike<number>): Motion {
  const before = columns(previous);
  const now = columns(current);
  const inverse = mat4.invert(new Float64Array(16) as unknown as mat4, now);
  if (!inverse) throw new RangeError("Cannot find the car's motion: its pose cannot be inverted");
  const motion = mat4.multiply(new Float64Array(16) as unknown as mat4, inverse, before);
  const back = mat4.invert(new Float64Array(16) as unknown as mat4, motion);
  if (!back) throw new RangeError("Cannot find the car's motion: it cannot be inverted");
  const rotation = mat3.fromMat4(new Float64Array(9) as unknown as mat3, motion);
  const turn = new Float64Array(4) as unknown as quat;
  quat.normalize(turn, quat.fromMat3(turn, rotation));
  const [x, y, z, w] = turn as unknown as Motion["turn"];
  return { matrix: rows(motion), inverse: rows(back), turn: [w, x, y, z] };
}

/** gl-matrix goes column by column. */
function columns(matrix: ArrayLike<number>): mat4 {
  return Float64Array.from(
    { length: 16 },
    (_, i) => matrix[4 * (i % 4) + Math.floor(i / 4)]!,
  ) as unknown as mat4;
}

function rows(matrix: mat4): number[] {
  return Array.from({ length: 16 }, (_, i) => matrix[4 * (i % 4) + Math.floor(i / 4)]!);
}
