import type { FeatureLevels } from "../../gpu/ops/camera/feature_levels.ts";
import type { Arrays } from "./operator.ts";

/** Shapes of the levels from `spatial_shape`; `scale_start_index` must name where each one starts. */
export function levelsOf(
  operator: string,
  { spatial_shape, scale_start_index }: Arrays,
): FeatureLevels {
  const { shape, data } = spatial_shape!;
  let start = 0;
  return Array.from({ length: shape[0]! }, (_, level) => {
    const given = scale_start_index?.data[level] ?? start;
    if (given !== start) {
      throw new RangeError(
        `Cannot run ${operator}: "scale_start_index" is ${given} for level ${level}, it must be ${start}`,
      );
    }
    const [height, width] = [data[2 * level]!, data[2 * level + 1]!];
    start += height * width;
    return [height, width] as const;
  });
}
