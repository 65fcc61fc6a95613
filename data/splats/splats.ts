/** Highest degree of the spherical harmonics of a colour. */
export type ShDegree = 0 | 1 | 2 | 3;

/**
 * Trained Gaussians as columns, all of them before activation, in the frame of 3DGS PLY files
 * (x right, y down, z forward for scenes made from photos).
 */
export interface Splats {
  /** How many Gaussians there are. */
  readonly count: number;
  /** Degree of the harmonics of colours. */
  readonly degree: ShDegree;
  /** Centres, [N, 3]. */
  readonly positions: Float32Array;
  /** Natural logarithms of the standard deviations along the Gaussian's own axes, [N, 3]. */
  readonly logScales: Float32Array;
  /** Rotations, (w, x, y, z), not necessarily of length one, [N, 4]. */
  readonly quaternions: Float32Array;
  /** Opacities before the sigmoid, [N]. */
  readonly opacities: Float32Array;
  /** Constant part of the colour: rgb = 0.5 + SH_C0 * dc, [N, 3]. */
  readonly shDc: Float32Array;
  /** Rest of the harmonics, coefficient before channel, [N, (degree + 1)^2 - 1, 3]. */
  readonly shRest: Float32Array;
}

/** Harmonics per channel besides the constant one: 0, 3, 8 or 15. */
export function restCoefficients(degree: ShDegree): number {
  return (degree + 1) ** 2 - 1;
}

/** The degree that has so many harmonics per channel besides the constant one, if there is one. */
export function degreeOfRest(coefficients: number): ShDegree | undefined {
  return ([0, 1, 2, 3] as const).find((degree) => restCoefficients(degree) === coefficients);
}

/** Columns for `count` Gaussians, all zero. */
export function allocateSplats(count: number, degree: ShDegree): Splats {
  return {
    count,
    degree,
    positions: new Float32Array(3 * count),
    logScales: new Float32Array(3 * count),
    quaternions: new Float32Array(4 * count),
    opacities: new Float32Array(count),
    shDc: new Float32Array(3 * count),
    shRest: new Float32Array(3 * restCoefficients(degree) * count),
  };
}

/** The columns by name with their values per Gaussian. */
export function columnsOf(
  splats: Splats,
): [name: ColumnName, column: Float32Array, width: number][] {
  return [
    ["positions", splats.positions, 3],
    ["logScales", splats.logScales, 3],
    ["quaternions", splats.quaternions, 4],
    ["opacities", splats.opacities, 1],
    ["shDc", splats.shDc, 3],
    ["shRest", splats.shRest, 3 * restCoefficients(splats.degree)],
  ];
}

/** Names of the columns of `Splats`. */
export type ColumnName = Exclude<keyof Splats, "count" | "degree">;

/** Throws a RangeError unless every column has the length that count and degree ask for. */
export function checkSplats(splats: Splats, action: string): void {
  for (const [name, column, width] of columnsOf(splats)) {
    const expected = width * splats.count;
    if (column.length !== expected) {
      throw new RangeError(
        `Cannot ${action}: "${name}" has ${column.length} values, ` +
          `${splats.count} Gaussians of degree ${splats.degree} need ${expected}`,
      );
    }
  }
}

/** The Gaussians at `indices`, in that order. */
export function selectSplats(splats: Splats, indices: Uint32Array): Splats {
  const chosen = allocateSplats(indices.length, splats.degree);
  for (const [name, column, width] of columnsOf(splats)) {
    const target = chosen[name];
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]! * width;
      for (let k = 0; k < width; k++) target[i * width + k] = column[from + k]!;
    }
  }
  return chosen;
}

/** The same Gaussians with harmonics of another degree: higher ones are cut off, missing ones zero. */
export function withDegree(splats: Splats, degree: ShDegree): Splats {
  if (degree === splats.degree) return splats;
  const from = 3 * restCoefficients(splats.degree);
  const to = 3 * restCoefficients(degree);
  const shRest = new Float32Array(to * splats.count);
  const kept = Math.min(from, to);
  for (let i = 0; i < splats.count; i++) {
    shRest.set(splats.shRest.subarray(i * from, i * from + kept), i * to);
  }
  return { ...splats, degree, shRest };
}

/** One byte for each Gaussian: 1 where all its values are finite, else 0. */
export function finiteMask(splats: Splats): Uint8Array {
  const mask = new Uint8Array(splats.count).fill(1);
  for (const [, column, width] of columnsOf(splats)) {
    for (let at = 0; at < column.length; at++) {
      if (!Number.isFinite(column[at])) mask[Math.floor(at / width)] = 0;
    }
  }
  return mask;
}
