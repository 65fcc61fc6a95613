/** Values by name within a budget of bytes; what was not used for longest goes first, the last one stays. */
export class KeptWithin<V> {
  readonly #kept = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  /** `budget` in bytes. */
  constructor(private readonly budget: number) {}

  /** Bytes of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value of a name, which counts as used now. */
  get(name: string): V | undefined {
    const entry = this.#kept.get(name);
    if (!entry) return undefined;
    this.#kept.delete(name);
    this.#kept.set(name, entry);
    return entry.value;
  }

  /** Keeps a value of so many bytes, and lets others go for it. */
  put(name: string, value: V, bytes: number): V {
    this.#bytes += bytes - (this.#kept.get(name)?.bytes ?? 0);
    this.#kept.delete(name);
    this.#kept.set(name, { value, bytes });
    for (const [oldest, entry] of this.#kept) {
      if (this.#bytes <= this.budget || oldest === name) break;
      this.#kept.delete(oldest);
      this.#bytes -= entry.bytes;
    }
    return value;
  }
}
