import type { AnchorRanges } from "../../../model/occupancy/anchor/anchor.ts";
import type { RefineOptions } from "../../../model/occupancy/anchor/refine.ts";
import type { F64 } from "../../support.ts";

/** Sigmoid of the logit clamped to +-9.21. */
export function safeSigmoid(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(9.21, Math.max(-9.21, x))));
}

/** Logit of the fraction clamped to [margin, 1 - margin]. */
export function safeLogit(p: number, margin = 1e-4): number {
  const y = Math.min(1 - margin, Math.max(margin, p));
  return Math.log(y / (1 - y));
}

/** Rows of the rotation matrix of a quaternion (w, x, y, z) of any length. */
export function rotationRows(quaternion: ArrayLike<number>): number[][] {
  const norm = Math.max(1e-12, Math.hypot(...Array.from(quaternion)));
  const [w, x, y, z] = Array.from(quaternion, (value) => value / norm) as [
    number,
    number,
    number,
    number,
  ];
  return [
    [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
  ];
}

function row({ data, shape }: F64, index: number): Float64Array {
  const width = data.length / shape[0]!;
  return data.subarray(index * width, (index + 1) * width);
}

/** R^T diag(scales^power) R as (xx, yy, zz, xy, yz, xz), and 1 / product of the scales. */
export function covariance(scales: F64, quaternions: F64, power = -2): [F64, F64] {
  const gaussians = scales.shape[0]!;
  const entries = new Float64Array(6 * gaussians);
  const density = new Float64Array(gaussians);
  for (let g = 0; g < gaussians; g++) {
    const scale = row(scales, g);
    const rows = rotationRows(row(quaternions, g));
    [[0, 0], [1, 1], [2, 2], [0, 1], [1, 2], [0, 2]].forEach(([i, j], entry) => {
      entries[6 * g + entry] = rows.reduce(
        (sum, axis, k) => sum + axis[i!]! * axis[j!]! * scale[k]! ** power,
        0,
      );
    });
    density[g] = 1 / (scale[0]! * scale[1]! * scale[2]!);
  }
  return [{ shape: [gaussians, 6], data: entries }, { shape: [gaussians], data: density }];
}

/** Key points in doubles. */
export function keyPoints(
  anchor: F64,
  learned: F64,
  offsets: F64,
  { factor, range, scales }: AnchorRanges & { factor: number },
): F64 {
  const gaussians = anchor.shape[0]!;
  const fixed = offsets.shape[0]!;
  const points = fixed + learned.shape[1]!;
  const data = new Float64Array(gaussians * points * 3);
  for (let g = 0; g < gaussians; g++) {
    const values = row(anchor, g);
    const rows = rotationRows(values.subarray(6, 10));
    for (let k = 0; k < points; k++) {
      const local = [0, 1, 2].map((axis) => {
        const offset = k < fixed
          ? row(offsets, k)[axis]!
          : (safeSigmoid(row(learned, g)[3 * (k - fixed) + axis]!) - 0.5) * factor;
        return offset * (scales[0] + (scales[1] - scales[0]) * safeSigmoid(values[3 + axis]!));
      });
      for (let axis = 0; axis < 3; axis++) {
        const mean = range[axis]! +
          (range[axis + 3]! - range[axis]!) * safeSigmoid(values[axis]!);
        data[(g * points + k) * 3 + axis] = rows.reduce(
          (sum, turned, i) => sum + turned[axis]! * local[i]!,
          mean,
        );
      }
    }
  }
  return { shape: [gaussians, points, 3], data };
}

/** Refinement in doubles: anchor, means, scales, rotations, opacities, semantics. */
export function refine(raw: F64, anchor: F64, options: RefineOptions): F64[] {
  const { version, unit, opacity = true, semantics = "identity", range, scales, margin } = options;
  const [gaussians, width] = raw.shape as [number, number];
  const parts: number[][] = [[], [], [], [], [], []];
  for (let g = 0; g < gaussians; g++) {
    const values = row(raw, g);
    const old = row(anchor, g);
    const position = [0, 1, 2].map((axis) => {
      const extent = range[axis + 3]! - range[axis]!;
      const move = (2 * safeSigmoid(values[axis]!) - 1) * unit[axis]! / extent;
      return version === 1
        ? old[axis]! + 4 * move
        : safeLogit(safeSigmoid(old[axis]!) + move, margin);
    });
    const norm = Math.max(1e-12, Math.hypot(...values.subarray(6, 10)));
    const rotation = [...values.subarray(6, 10)].map((value) => value / norm);
    const first = 10 + Number(opacity);
    parts[0]!.push(...position, ...values.subarray(3, 6), ...rotation, ...values.subarray(10));
    parts[1]!.push(
      ...position.map((logit, axis) =>
        range[axis]! + (range[axis + 3]! - range[axis]!) * safeSigmoid(logit)
      ),
    );
    parts[2]!.push(
      ...[...values.subarray(3, 6)].map((logit) =>
        scales[0] + (scales[1] - scales[0]) * safeSigmoid(logit)
      ),
    );
    parts[3]!.push(...rotation);
    if (opacity) parts[4]!.push(safeSigmoid(values[10]!));
    parts[5]!.push(
      ...[...values.subarray(first)].map((value) =>
        semantics === "identity" || value > 20 ? value : Math.log1p(Math.exp(value))
      ),
    );
  }
  return [width, 3, 3, 4, Number(opacity), width - 10 - Number(opacity)].map((columns, i) => ({
    shape: [gaussians, columns],
    data: Float64Array.from(parts[i]!),
  }));
}
