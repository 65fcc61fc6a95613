import type { Tensor } from "./tensor.ts";

/**
 * Checks the shapes of an operator's tensors against named sizes and returns the sizes. An axis is a
 * name (equal wherever it recurs) or a number; a leading "..." stands for any axes, and their
 * product is returned as `leading`.
 *
 * `checkShapes("linear", { x: [x, "...", "inputs"], weight: [weight, "outputs", "inputs"] })`
 */
export function checkShapes(
  op: string,
  tensors: Readonly<
    Record<string, readonly [Tensor | null | undefined, ...(string | number)[]]>
  >,
): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, [tensor, ...axes]] of Object.entries(tensors)) {
    if (!tensor) continue;
    const { shape } = tensor;
    const open = axes[0] === "...";
    const named = open ? axes.slice(1) : axes;
    const skipped = shape.length - named.length;
    if (open ? skipped < 0 : skipped !== 0) throw mismatch(op, name, axes, sizes, shape);
    if (open) {
      const leading = shape.slice(0, skipped).reduce((product, extent) => product * extent, 1);
      if ((sizes.leading ??= leading) !== leading) throw mismatch(op, name, axes, sizes, shape);
    }
    named.forEach((axis, i) => {
      const extent = shape[skipped + i]!;
      const expected = typeof axis === "number" ? axis : (sizes[axis] ??= extent);
      if (extent !== expected) throw mismatch(op, name, axes, sizes, shape);
    });
  }
  return sizes;
}

function mismatch(
  op: string,
  name: string,
  axes: readonly (string | number)[],
  sizes: Record<string, number>,
  shape: readonly number[],
): RangeError {
  const wanted = axes.map((axis) =>
    typeof axis === "string" && sizes[axis] !== undefined ? `${axis}=${sizes[axis]}` : axis
  );
  return new RangeError(
    `Cannot run ${op}: "${name}" must be [${wanted.join(", ")}], got [${shape.join(", ")}]`,
  );
}
