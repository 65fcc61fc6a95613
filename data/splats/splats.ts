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
  /** Whether they were trained to be drawn with the antialiasing of Mip-Splatting. */
  readonly antialiased?: boolean;
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
export type ColumnName = Exclude<keyof Splats, "count" | "degree" | "antialiased">;

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
  const chosen = { ...splats, ...allocateSplats(indices.length, splats.degree) };
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

/** The Gaussians that `keeps` is true for, in their order; the very same where that is all. */
export function keepWhere(splats: Splats, keeps: (i: number) => boolean): Splats {
  const kept = new Uint32Array(splats.count);
  let count = 0;
  for (let i = 0; i < splats.count; i++) if (keeps(i)) kept[count++] = i;
  return count === splats.count ? splats : selectSplats(splats, kept.subarray(0, count));
}

/** The Gaussians from `first` up to `end`, as views of the same memory. */
export function sliceSplats(splats: Splats, first: number, end: number): Splats {
  const part = { ...splats, count: end - first };
  for (const [name, column, width] of columnsOf(splats)) {
    part[name] = column.subarray(first * width, end * width);
  }
  return part;
}

/** A copy whose columns can be changed, in the memory of `into` where that is given. */
export function copySplats(splats: Splats, into?: Splats): Splats {
  const copy = { ...splats };
  for (const [name, column] of columnsOf(splats)) {
    if (into) {
      copy[name] = into[name].subarray(0, column.length);
      copy[name].set(column);
    } else copy[name] = column.slice();
  }
  return copy;
}

/** One byte for each Gaussian: 1 where all its values are finite, else 0. */
export function finiteMask(splats: Splats): Uint8Array {
  const mask = new Uint8Array(splats.count).fill(1);
  for (const [, column, width] of columnsOf(splats)) {
    if (allFinite(column)) continue;
    for (let at = 0; at < column.length; at++) {
      if (!Number.isFinite(column[at])) mask[Math.floor(at / width)] = 0;
    }
  }
  return mask;
}

// Zero times a value is zero unless that is NaN or infinite: a fifth of the time of asking each.
function allFinite(column: Float32Array): boolean {
  let sum = 0;
  for (let at = 0; at < column.length; at++) sum += 0 * column[at]!;
  return sum === 0;
}

/** One set of Gaussians after the other; the highest degree of any, harmonics that miss are zero. */
export function joinSplats(parts: readonly Splats[]): Splats {
  if (parts.length === 1) return parts[0]!;
  const degree = Math.max(0, ...parts.map((part) => part.degree)) as ShDegree;
  const joined = {
    ...allocateSplats(parts.reduce((sum, { count }) => sum + count, 0), degree),
    antialiased: parts.length > 0 && parts.every(({ antialiased }) => antialiased === true),
  };
  let first = 0;
  for (const part of parts) {
    for (const [name, column, width] of columnsOf(withDegree(part, degree))) {
      joined[name].set(column, first * width);
    }
    first += part.count;
  }
  return joined;
}
