/** Rotation as a quaternion (w, x, y, z) and translation in metres: target = R source + t. */
export type Pose = {
  readonly rotation: readonly [number, number, number, number];
  readonly translation: readonly [number, number, number];
};

/** A 4x4 matrix in float64, row by row. */
export type Matrix4 = Float64Array;

/** The 4x4 matrix of a pose; the quaternion (wxyz) is normalised first. */
export function matrixFromPose({ rotation, translation }: Pose): Matrix4 {
  const norm = Math.hypot(...rotation);
  if (!(norm > 0)) {
    throw new RangeError(`Cannot use the quaternion [${rotation}]: its length must be above 0`);
  }
  const [w, x, y, z] = rotation.map((value) => value / norm) as [number, number, number, number];
  // deno-fmt-ignore
  return new Float64Array([
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), translation[0],
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), translation[1],
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), translation[2],
    0, 0, 0, 1,
  ]);
}

/** The inverse of a rotation and translation: [R t]^-1 = [R' -R't]. */
export function invertRigid(m: Matrix4): Matrix4 {
  const out = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    let shift = 0;
    for (let col = 0; col < 3; col++) {
      out[4 * row + col] = m[4 * col + row]!;
      shift -= m[4 * col + row]! * m[4 * col + 3]!;
    }
    out[4 * row + 3] = shift;
  }
  out[15] = 1;
  return out;
}

/** Product of 4x4 matrices, left to right. */
export function multiply4(first: Matrix4, ...rest: Matrix4[]): Matrix4 {
  return rest.reduce((a, b) => {
    const out = new Float64Array(16);
    for (let row = 0; row < 4; row++) {
      for (let col = 0; col < 4; col++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += a[4 * row + k]! * b[4 * k + col]!;
        out[4 * row + col] = sum;
      }
    }
    return out;
  }, first);
}

/** The pose (quaternion wxyz, w >= 0) of a rigid 4x4 matrix. */
export function poseFromMatrix(m: Matrix4): Pose {
  const [xx, xy, xz, , yx, yy, yz, , zx, zy, zz] = m as unknown as number[];
  const squares = [
    1 + xx! + yy! + zz!,
    1 + xx! - yy! - zz!,
    1 - xx! + yy! - zz!,
    1 - xx! - yy! + zz!,
  ];
  // The largest component first, so that nothing is divided by a small number (Shepperd 1978).
  const largest = squares.indexOf(Math.max(...squares));
  const a = Math.sqrt(squares[largest]!) / 2;
  const pairs = [
    [4 * a * a, zy! - yz!, xz! - zx!, yx! - xy!],
    [zy! - yz!, 4 * a * a, yx! + xy!, xz! + zx!],
    [xz! - zx!, yx! + xy!, 4 * a * a, zy! + yz!],
    [yx! - xy!, xz! + zx!, zy! + yz!, 4 * a * a],
  ][largest]!;
  const sign = pairs[0]! < 0 ? -1 : 1;
  const [w, x, y, z] = pairs.map((value) => sign * value / (4 * a));
  return { rotation: [w!, x!, y!, z!], translation: [m[3]!, m[7]!, m[11]!] };
}
