import { fileStamp } from "./file_stamp.ts";
import type { SceneAnswer, SceneRequest } from "./scene_worker.ts";

interface Snapshot {
  readonly stamp: string | null;
  readonly pieces: Promise<readonly Uint8Array[]>;
  /** Milliseconds. */
  making: number;
  forget: ReturnType<typeof setTimeout> | undefined;
}

// What took long to make is worth keeping for longer after its last use.
const KEPT_PER_MAKING = 20;
const LEAST_KEPT_MS = 5_000;

/**
 * Scenes as plain PLY files, made of what their files hold at the time: one at a time, on a thread of
 * its own, once for all who ask, and kept for a while.
 */
export class SceneSnapshots {
  readonly #kept = new Map<string, Snapshot>();
  #last: Promise<unknown> = Promise.resolve();

  /** Pieces of the PLY; `stamped` is the file whose change makes it another scene. */
  async get(request: SceneRequest, stamped = request.path): Promise<readonly Uint8Array[]> {
    const key = `${request.kind} ${request.path}`;
    const stamp = fileStamp(stamped);
    let snapshot = this.#kept.get(key);
    if (snapshot?.stamp !== stamp) {
      this.#drop(key);
      snapshot = this.#make(request, stamp);
      this.#kept.set(key, snapshot);
    }
    try {
      return await snapshot.pieces;
    } finally {
      this.#forgetLater(key, snapshot);
    }
  }

  #make(request: SceneRequest, stamp: string | null): Snapshot {
    const pieces = this.#last.then(async () => {
      const started = performance.now();
      try {
        return await decode(request);
      } finally {
        snapshot.making = performance.now() - started;
      }
    });
    const snapshot: Snapshot = { stamp, pieces, making: 0, forget: undefined };
    this.#last = pieces.catch(() => {});
    return snapshot;
  }

  #forgetLater(key: string, snapshot: Snapshot): void {
    if (this.#kept.get(key) !== snapshot) return; // another one has its place
    clearTimeout(snapshot.forget);
    const wait = Math.max(LEAST_KEPT_MS, KEPT_PER_MAKING * snapshot.making);
    snapshot.forget = setTimeout(() => this.#drop(key), wait);
    Deno.unrefTimer(snapshot.forget);
  }

  /** Forgets all of them. */
  close(): void {
    for (const key of [...this.#kept.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    clearTimeout(this.#kept.get(key)?.forget);
    this.#kept.delete(key);
  }
}

/** Runs one decoding; its thread, and all that it held, is gone afterwards. */
async function decode(request: SceneRequest): Promise<readonly Uint8Array[]> {
  const worker = new Worker(new URL("./scene_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<readonly Uint8Array[]>();
  const pieces: Uint8Array[] = [];
  worker.onmessage = ({ data }: MessageEvent<SceneAnswer>) => {
    if (data.type === "piece") pieces.push(data.piece);
    else if (data.type === "end") resolve(pieces);
    else reject(new Error(data.message));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`Cannot show "${request.path}": ${event.message}`));
  };
  worker.postMessage(request);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}
