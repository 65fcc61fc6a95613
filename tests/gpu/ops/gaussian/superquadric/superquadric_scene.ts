import { type F64, noise, noiseArray } from "../../../../support.ts";
import { aggregationScene } from "../aggregate/aggregation_scene.ts";

/** Seeded superquadrics in the grid of the Gaussians' tests: u and v over all of their range. */
export function superquadricScene(count: number, channels: number) {
  const { means, opacities, semantics, boxes } = aggregationScene(count, channels);
  const rotations: F64 = { shape: [count, 9], data: new Float64Array(9 * count) };
  const quaternions = noise(11, 4 * count);
  for (let g = 0; g < count; g++) {
    const [w, x, y, z] = unit(quaternions.subarray(4 * g, 4 * g + 4));
    rotations.data.set(
      [
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
      ].map(Math.fround),
      9 * g,
    );
  }
  return {
    means,
    rotations,
    scales: noiseArray(12, [count, 3], 0.3, 1.5),
    exponents: noiseArray(13, [count, 2], 0.1, 1.9),
    opacities,
    semantics,
    boxes,
  };
}

function unit(values: Float64Array): [number, number, number, number] {
  const length = Math.hypot(...values);
  return Array.from(values, (value) => value / length) as [number, number, number, number];
}
