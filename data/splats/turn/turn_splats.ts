import { restCoefficients, type Splats } from "../splats.ts";
import { BANDS, harmonicTurns } from "./harmonics.ts";
import { determinant3, type Matrix3, quaternionOfMatrix } from "../../geometry/matrix3.ts";

/**
 * Turns Gaussians in place by an orthogonal matrix, a rotation or a mirror: centres, their own axes
 * and harmonics. Along flipped axes the Gaussians' own axes flip with them, else they are turned.
 */
export function turnSplats(splats: Splats, matrix: Matrix3): Splats {
  turnVectors(splats.positions, matrix);
  const flips = matrix.every((value, at) => at % 4 === 0 || value === 0);
  if (flips) flipQuaternions(splats.quaternions, matrix);
  else turnQuaternions(splats.quaternions, matrix);
  if (splats.degree > 0) turnHarmonics(splats, matrix);
  return splats;
}

function turnVectors(vectors: Float32Array, m: Matrix3): void {
  for (let at = 0; at < vectors.length; at += 3) {
    const x = vectors[at]!;
    const y = vectors[at + 1]!;
    const z = vectors[at + 2]!;
    vectors[at] = m[0] * x + m[1] * y + m[2] * z;
    vectors[at + 1] = m[3] * x + m[4] * y + m[5] * z;
    vectors[at + 2] = m[6] * x + m[7] * y + m[8] * z;
  }
}

/** M R M for a diagonal M of signs: the scales stay where they are. */
function flipQuaternions(quaternions: Float32Array, m: Matrix3): void {
  const mirrored = determinant3(m);
  const signs = [1, mirrored * m[0], mirrored * m[4], mirrored * m[8]];
  for (let at = 0; at < quaternions.length; at++) {
    quaternions[at] = signs[at & 3]! * quaternions[at]!;
  }
}

function turnQuaternions(quaternions: Float32Array, matrix: Matrix3): void {
  // A mirror times the point reflection is a rotation, and an ellipsoid is its own reflection.
  const sign = determinant3(matrix);
  const [w, x, y, z] = quaternionOfMatrix(
    matrix.map((value) => sign * value) as unknown as Matrix3,
  );
  for (let at = 0; at < quaternions.length; at += 4) {
    const a = quaternions[at]!;
    const b = quaternions[at + 1]!;
    const c = quaternions[at + 2]!;
    const d = quaternions[at + 3]!;
    quaternions[at] = w * a - x * b - y * c - z * d;
    quaternions[at + 1] = w * b + x * a + y * d - z * c;
    quaternions[at + 2] = w * c - x * d + y * a + z * b;
    quaternions[at + 3] = w * d + x * c - y * b + z * a;
  }
}

function turnHarmonics({ shRest, degree, count }: Splats, matrix: Matrix3): void {
  const turns = harmonicTurns(matrix).slice(0, degree);
  const width = 3 * restCoefficients(degree);
  if (turns.every(isDiagonal)) {
    const signs = new Float32Array(width);
    turns.forEach((turn, band) => {
      const [start, size] = BANDS[band]!;
      for (let n = 0; n < 3 * size; n++) {
        signs[3 * start + n] = Math.round(turn[Math.floor(n / 3) * (size + 1)]!);
      }
    });
    for (let i = 0, at = 0; i < count; i++) {
      for (let n = 0; n < width; n++, at++) shRest[at] = signs[n]! * shRest[at]!;
    }
    return;
  }
  const before = new Float64Array(7);
  for (let i = 0; i < count; i++) {
    for (let band = 0; band < degree; band++) {
      const [start, size] = BANDS[band]!;
      const turn = turns[band]!;
      for (let channel = 0; channel < 3; channel++) {
        const from = i * width + 3 * start + channel;
        for (let n = 0; n < size; n++) before[n] = shRest[from + 3 * n]!;
        for (let row = 0; row < size; row++) {
          let sum = 0;
          for (let n = 0; n < size; n++) sum += turn[row * size + n]! * before[n]!;
          shRest[from + 3 * row] = sum;
        }
      }
    }
  }
}

// The quadrature rounds at about 1e-16.
function isDiagonal(turn: Float64Array): boolean {
  const size = Math.sqrt(turn.length);
  return turn.every((value, at) => {
    const onDiagonal = at % (size + 1) === 0;
    return Math.abs(onDiagonal ? Math.abs(value) - 1 : value) < 1e-12;
  });
}
