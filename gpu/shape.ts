import type { Tensor } from "./tensor.ts";

/** A tensor and its axes: a name or a size each. */
/** A tensor, if it is there, with the names or extents of its axes. */
export type Shaped = readonly [Tensor | null | undefined, ...(string | number)[]];

/** Names and extents of one tensor's axes. */
export type AxesOf<S> = S extends readonly [unknown, ...infer Axes] ? Axes[number] : never;

/** Names of axes that stand in a declaration. */
export type NamesOf<T> = Extract<AxesOf<T[keyof T]>, string>;

/** Sizes by the names of axes; "..." is `leading`. */
export type Sizes<T> = {
  readonly [Name in Exclude<NamesOf<T>, "..."> | ("..." extends NamesOf<T> ? "leading" : never)]:
    number;
};

/**
 * Checks the shapes of an operator's tensors against named sizes and returns the sizes. An axis is a
 * name (equal wherever it recurs) or a number; a leading "..." stands for any axes, and their
 * product is returned as `leading`.
 *
 * `checkShapes("linear", { x: [x, "...", "inputs"], weight: [weight, "outputs", "inputs"] })`
 */
export function checkShapes<const T extends Readonly<Record<string, Shaped>>>(
  op: string,
  tensors: T,
): Sizes<T> {
  const sizes: Record<string, number> = {};
  for (const [name, [tensor, ...axes]] of Object.entries<Shaped>(tensors)) {
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
  return sizes as Sizes<T>;
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
