import type { F64 } from "../../support.ts";

/** Projection of points [..., 3] into cameras in doubles: location and whether it is visible. */
export function projectPoints(points: F64, projection: F64, imageSize: F64): [F64, F64] {
  const cameras = imageSize.shape[0]!;
  const count = points.data.length / 3;
  const location = new Float64Array(count * cameras * 2);
  const visible = new Float64Array(count * cameras);
  for (let p = 0; p < count; p++) {
    const at = [...points.data.subarray(3 * p, 3 * p + 3), 1];
    for (let c = 0; c < cameras; c++) {
      const row = (r: number) =>
        at.reduce((sum, value, i) => sum + value * projection.data[16 * c + 4 * r + i]!, 0);
      const depth = row(2);
      const i = p * cameras + c;
      for (const axis of [0, 1]) {
        const value = row(axis) / Math.max(depth, 1e-5) / imageSize.data[2 * c + axis]!;
        location[2 * i + axis] = Math.min(1e9, Math.max(-1e9, value));
      }
      const [u, v] = [location[2 * i]!, location[2 * i + 1]!];
      visible[i] = Number(depth > 1e-5 && u > 0 && v > 0 && u < 1 && v < 1);
    }
  }
  const shape = [...points.shape.slice(0, -1), cameras];
  return [{ shape: [...shape, 2], data: location }, { shape, data: visible }];
}
