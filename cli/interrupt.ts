/** A job that was ended by Ctrl-C or SIGTERM, after it had put everything in order. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** `code` is that of a process which the signal ended. */
  constructor(message: string, readonly code: number, readonly hint?: string) {
    super(message);
  }
}

// As shells count: 128 and the signal's number.
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type EndSignal = keyof typeof CODES;

/** Listens for the signals that end a job; the first one is told, a second one ends at once. */
export class InterruptWatch implements Disposable {
  readonly #listeners = new Map<EndSignal, () => void>();
  #code: number | null = null;
  #reject: ((error: Interrupted) => void) | null = null;

  constructor() {
    // Windows knows no SIGTERM.
    const signals: EndSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
    for (const signal of signals) {
      const listener = () => this.#end(CODES[signal]);
      this.#listeners.set(signal, listener);
      Deno.addSignalListener(signal, listener);
    }
  }

  /** What `work` gives, unless a signal has come or comes first: that is thrown. */
  async orEnd<T>(work: () => Promise<T>): Promise<T> {
    if (this.#code !== null) throw new Interrupted("stopped", this.#code);
    // Not Promise.race: what waits for one long promise stays in memory, an entry an iteration.
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#reject = reject;
    work().then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#reject = null;
    }
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
    this.#listeners.clear();
  }

  #end(code: number): void {
    if (this.#code !== null) Deno.exit(code);
    this.#code = code;
    this.#reject?.(new Interrupted("stopped", code));
  }
}
