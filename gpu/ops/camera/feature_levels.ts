import type { Snippet } from "../../kernel.ts";
import source from "./feature_levels.wgsl" with { type: "text" };

/** Height and width of every level of a feature bank, in the order in which they are concatenated. */
export type FeatureLevels = readonly (readonly [height: number, width: number])[];

/** `level_of` and `level_position` for kernels that have the uniforms of `levelUniforms`. */
export const levelsSnippet: Snippet = { path: "gpu/ops/camera/feature_levels.wgsl", source };

const MOST_LEVELS = 8;

/** What kernels need to know of the levels: uniforms `level0` to `level7`, pixels and cells a camera. */
export function levelUniforms(op: string, levels: FeatureLevels): {
  readonly uniforms: Readonly<Record<string, readonly number[]>>;
  readonly pixels: number;
  readonly cells: number;
} {
  if (levels.length < 1 || levels.length > MOST_LEVELS) {
    throw new RangeError(
      `Cannot run ${op}: ${levels.length} feature levels, 1 to ${MOST_LEVELS} are possible`,
    );
  }
  const uniforms: Record<string, readonly number[]> = {};
  let pixels = 0;
  let cells = 0;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const [height, width] = levels[level] ?? [0, 0];
    uniforms[`level${level}`] = [height, width, pixels, cells];
    pixels += height * width;
    if (level < levels.length) cells += (height + 1) * (width + 1);
  }
  return { uniforms, pixels, cells };
}
