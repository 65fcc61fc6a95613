import type { HostArray } from "../operator.ts";

/** Numbers as an array of f32. */
export function floats(values: ArrayLike<number>, shape: number[] = [values.length]): HostArray {
  return { shape, data: Float32Array.from(values) };
}

/** Counts as an array of i32. */
export function counts(values: ArrayLike<number>, shape: number[] = [values.length]): HostArray {
  return { shape, data: Int32Array.from(values) };
}

/** Fractions of which some are undefined, as two arrays: 0 in their place, and which are defined. */
export function knownFloats(
  key: string,
  values: readonly (number | null)[],
  shape: number[] = [values.length],
): Record<string, HostArray> {
  return {
    [key]: floats(values.map((value) => value ?? 0), shape),
    [`${key}_valid`]: {
      shape,
      data: Uint8Array.from({ length: values.length }, (_, i) => Number(values[i] !== null)),
    },
  };
}
