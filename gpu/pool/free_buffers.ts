import type { PooledBuffer } from "./pool.ts";
import { SmallestFirst } from "./smallest_first.ts";

/**
 * How much larger than asked a buffer may be that is handed out again. A training step goes through
 * phases with tensors of other sizes; over the plans of full-size models 1.5 leaves least: the next
 * size alone leaves a tenth more, twice the size has small tensors sit in large buffers.
 */
const LARGEST_FIT = 1.5;

/** Buffers that no tensor uses, the smallest that fits first, the oldest of a size first. */
export class FreeBuffers implements Iterable<PooledBuffer> {
  #bySize = new Map<number, SmallestFirst<PooledBuffer>>();
  /** Sizes of which there is a buffer, ascending. */
  #sizes: number[] = [];

  add(buffer: PooledBuffer): void {
    let free = this.#bySize.get(buffer.bytes);
    if (!free) this.#bySize.set(buffer.bytes, free = new SmallestFirst());
    if (free.size === 0) this.#sizes.splice(this.#from(buffer.bytes), 0, buffer.bytes);
    free.push(buffer);
  }

  /** A buffer of at least so many bytes and not many more, if there is one. */
  take(bytes: number): PooledBuffer | undefined {
    const at = this.#from(bytes);
    const size = this.#sizes[at];
    if (size === undefined || size > LARGEST_FIT * bytes) return undefined;
    const free = this.#bySize.get(size)!;
    const buffer = free.pop();
    if (free.size === 0) this.#sizes.splice(at, 1);
    return buffer;
  }

  clear(): void {
    this.#bySize.clear();
    this.#sizes = [];
  }

  *[Symbol.iterator](): Iterator<PooledBuffer> {
    for (const free of this.#bySize.values()) yield* free;
  }

  /** Place of the first size of at least so many bytes. */
  #from(bytes: number): number {
    let low = 0;
    let high = this.#sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sizes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
