/** What the first columns of an anchor mean: position and scale logits, then a quaternion (w, x, y, z). */
export interface AnchorRanges {
  /** Box of the scene in metres: x, y, z low, then x, y, z high. */
  readonly range: readonly [number, number, number, number, number, number];
  /** Smallest and largest scale in metres. */
  readonly scales: readonly [number, number];
}

/** Uniforms `low`, `range`, `scale_low` and `scale_range` of the kernels that decode anchors. */
export function rangeUniforms({ range, scales }: AnchorRanges) {
  return {
    low: range.slice(0, 3),
    range: [0, 1, 2].map((axis) => range[axis + 3]! - range[axis]!),
    scale_low: scales[0],
    scale_range: scales[1] - scales[0],
  };
}
