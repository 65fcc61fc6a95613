import type { F64 } from "../../support.ts";

/** Location [frames, points, 2] and camera [frames, points] of the first camera that sees a point, else of camera 0. */
export function chooseViews(points: F64, projection: F64, imageSize: F64): [F64, F64] {
  const [frames, cameras] = imageSize.shape as [number, number];
  const count = points.shape[0]!;
  const location = new Float64Array(frames * count * 2);
  const view = new Float64Array(frames * count);
  for (let f = 0; f < frames; f++) {
    for (let p = 0; p < count; p++) {
      const at = [...points.data.subarray(3 * p, 3 * p + 3), 1];
      const seen = Array.from({ length: cameras }, (_, c) => {
        const i = f * cameras + c;
        const row = (r: number) =>
          at.reduce((sum, value, j) => sum + value * projection.data[16 * i + 4 * r + j]!, 0);
        const depth = Math.max(row(2), 1e-5);
        const uv = [0, 1].map((axis) => row(axis) / depth / imageSize.data[2 * i + axis]!);
        return { uv, inside: row(2) > 1e-5 && uv.every((x) => x > 0 && x < 1) };
      });
      const chosen = Math.max(0, seen.findIndex(({ inside }) => inside));
      view[f * count + p] = chosen;
      seen[chosen]!.uv.forEach((x, axis) => {
        location[2 * (f * count + p) + axis] = Math.min(1e9, Math.max(-1e9, x));
      });
    }
  }
  return [{ shape: [frames, count, 2], data: location }, { shape: [frames, count], data: view }];
}
