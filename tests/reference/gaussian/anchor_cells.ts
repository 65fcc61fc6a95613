/** Cells of the decoded positions of anchors, rows of `width` values. */
export function anchorCells(
  anchor: ArrayLike<number>,
  width: number,
  range: readonly number[],
  edge: number,
): number[] {
  return Array.from({ length: anchor.length / width }, (_, g) =>
    [0, 1, 2].map((axis) => {
      const logit = Math.max(-9.21, Math.min(9.21, anchor[g * width + axis]!));
      return Math.trunc((range[axis + 3]! - range[axis]!) / (1 + Math.exp(-logit)) / edge);
    })).flat();
}
