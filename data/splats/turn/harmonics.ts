import type { Matrix3 } from "../../geometry/matrix3.ts";

/** Harmonics besides the constant one in degrees 1, 2, 3: where each degree begins and how many it has. */
export const BANDS: readonly (readonly [start: number, size: number])[] = [[0, 3], [3, 5], [8, 7]];

/** Real spherical harmonics of degrees 1 to 3 of a unit vector, in the order and signs of 3DGS files. */
export function harmonicsAt(x: number, y: number, z: number): number[] {
  const [xx, yy, zz] = [x * x, y * y, z * z];
  return [
    -0.4886025119029199 * y,
    0.4886025119029199 * z,
    -0.4886025119029199 * x,
    1.0925484305920792 * x * y,
    -1.0925484305920792 * y * z,
    0.31539156525252005 * (2 * zz - xx - yy),
    -1.0925484305920792 * x * z,
    0.5462742152960396 * (xx - yy),
    -0.5900435899266435 * y * (3 * xx - yy),
    2.890611442640554 * x * y * z,
    -0.4570457994644658 * y * (4 * zz - xx - yy),
    0.3731763325901154 * z * (2 * zz - 3 * xx - 3 * yy),
    -0.4570457994644658 * x * (4 * zz - xx - yy),
    1.445305721320277 * z * (xx - yy),
    -0.5900435899266435 * x * (xx - 3 * yy),
  ];
}

// Gauss-Legendre nodes in z times eight steps of azimuth: exact to degree 7, two harmonics have six.
const NODES = [0.33998104358485626, 0.8611363115940526];
const WEIGHTS = [0.6521451548625461, 0.34785484513745385];
const AZIMUTHS = 8;

/**
 * What an orthogonal matrix (a rotation or a mirror) does to harmonics: for each degree a row-major
 * matrix, turned = matrix * coefficients, so that a scene turned with its directions looks the same.
 */
export function harmonicTurns(m: Matrix3): Float64Array[] {
  const turns = BANDS.map(([, size]) => new Float64Array(size * size));
  for (let node = 0; node < 4; node++) {
    const z = NODES[node >> 1]! * (node % 2 === 0 ? 1 : -1);
    const radius = Math.sqrt(1 - z * z);
    const weight = WEIGHTS[node >> 1]! * 2 * Math.PI / AZIMUTHS;
    for (let step = 0; step < AZIMUTHS; step++) {
      const angle = 2 * Math.PI * (step + 0.5) / AZIMUTHS;
      const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      const here = harmonicsAt(x, y, z);
      // The colour seen along d afterwards is that seen along the direction which was turned into d.
      const before = harmonicsAt(
        m[0] * x + m[3] * y + m[6] * z,
        m[1] * x + m[4] * y + m[7] * z,
        m[2] * x + m[5] * y + m[8] * z,
      );
      BANDS.forEach(([start, size], band) => {
        const turn = turns[band]!;
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            const at = row * size + column;
            turn[at] = turn[at]! + weight * here[start + row]! * before[start + column]!;
          }
        }
      });
    }
  }
  return turns;
}
