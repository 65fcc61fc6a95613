import { MOST_BYTES } from "./gui_request.ts";

/** What the mailbox holds. */
export const NOTHING = 0, REQUEST = 1, GONE = 2;

/**
 * Memory through which the viewer's thread hands one request at a time to the training: looking into
 * it is one atomic load, while a message would have to wait until the training lets events in.
 */
export class GuiMailbox {
  /** What it holds, and the bytes of the request. */
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #text: Uint8Array<SharedArrayBuffer>;

  constructor(readonly memory = new SharedArrayBuffer(8 + MOST_BYTES)) {
    this.#words = new Int32Array(memory, 0, 2);
    this.#text = new Uint8Array(memory, 8);
  }

  /** What it holds: NOTHING, a REQUEST, or that the client is GONE. */
  get state(): number {
    return Atomics.load(this.#words, 0);
  }

  /** Puts a request in and wakes who waits. */
  put(request: Uint8Array): void {
    this.#text.set(request);
    this.#words[1] = request.length;
    this.#tell(REQUEST);
  }

  /** Says that the client is gone. */
  leave(): void {
    this.#tell(GONE);
  }

  /** Takes what is in it: the text of a request, "" where there is none. */
  take(): string {
    const bytes = this.state === REQUEST ? this.#text.slice(0, this.#words[1]) : new Uint8Array();
    Atomics.store(this.#words, 0, NOTHING);
    return new TextDecoder().decode(bytes);
  }

  /** Waits until something is in it; false if nothing came in so many milliseconds. */
  async wait(milliseconds: number): Promise<boolean> {
    const { async, value } = Atomics.waitAsync(this.#words, 0, NOTHING, milliseconds);
    return (async ? await value : value) !== "timed-out";
  }

  #tell(state: number): void {
    Atomics.store(this.#words, 0, state);
    Atomics.notify(this.#words, 0);
  }
}
