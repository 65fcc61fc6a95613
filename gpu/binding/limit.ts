import type { Gpu } from "../device.ts";

/** Bytes of a tensor that can be bound at once: adapters limit a binding (llvmpipe to 128 MiB) far below a buffer. */
export function mostBound({ tuning }: Gpu): number {
  return tuning.mostBound;
}

/**
 * How many elements of `bytes` each can be bound at once: a multiple of `step`, and at least that, since
 * what does not fit is the adapter's to refuse, by name.
 */
export function bindable(gpu: Gpu, bytes = 4, step = 1): number {
  return Math.max(1, Math.floor(mostBound(gpu) / Math.max(1, bytes) / step)) * step;
}

/** An adapter's limits as if it had buffers of so many bytes and bound them whole: what a plan asks of another one. */
export function bindingWhole({ limits }: Pick<Gpu, "limits">, bytes: number): Gpu["limits"] {
  return { ...limits, maxBufferSize: bytes, maxStorageBufferBindingSize: bytes };
}

/** Bytes to which the start of a binding is aligned. */
export function bindingAlignment({ limits }: Gpu): number {
  return limits.minStorageBufferOffsetAlignment;
}

/** Runs of at most `most` of `count` things, in order. */
export function* runsOf(
  count: number,
  most: number,
): Generator<{ readonly first: number; readonly count: number }> {
  for (let first = 0; first < count; first += most) {
    yield { first, count: Math.min(most, count - first) };
  }
}
