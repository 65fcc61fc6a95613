import type { Ranks } from "../../run/ranks/ranks.ts";
import { Rounds } from "../../run/ranks/rounds.ts";
import { type Dumped, PredictionDump } from "./prediction_dump.ts";

/** A dump of the key frames of all ranks in their order, which rank 0 writes. */
export class SharedDump {
  readonly #dump: PredictionDump | null;
  readonly #rounds: Rounds;

  constructor(path: string, frames: number, private readonly ranks: Ranks) {
    this.#dump = ranks.rank === 0 ? new PredictionDump(path, frames) : null;
    this.#rounds = new Rounds(ranks, frames, (_, bytes) => {
      if (!this.#dump) return;
      const { sample, prediction } = unpack(bytes);
      this.#dump.add(sample, prediction);
    });
  }

  /** Leaves a key frame of this rank, the one at `place` among its own. */
  async add(place: number, sample: Dumped, prediction: Uint32Array): Promise<void> {
    if (this.ranks.size === 1) return this.#dump!.add(sample, prediction);
    await this.#rounds.add(place, pack(sample, prediction));
  }

  /** Waits for all, and gives the file its name. */
  async close(): Promise<void> {
    if (this.ranks.size > 1) await this.#rounds.finish();
    this.#dump?.close();
  }

  /** Removes what was written, unless it is whole. */
  abandon(): void {
    this.#dump?.abandon();
  }
}

/** The length of a head in JSON as a word, the head, then a byte a voxel of prediction, labels, mask. */
function pack({ token, dims, labels, mask }: Dumped, prediction: Uint32Array): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ token, dims }));
  const bytes = new Uint8Array(4 + head.length + 3 * prediction.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, 4);
  [prediction, labels, mask].forEach((array, i) =>
    bytes.set(array, 4 + head.length + i * prediction.length)
  );
  return bytes;
}

function unpack(bytes: Uint8Array): { sample: Dumped; prediction: Uint32Array } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const voxels = (bytes.length - 4 - length) / 3;
  const part = (i: number) => {
    const from = 4 + length + i * voxels;
    return bytes.slice(from, from + voxels);
  };
  return {
    sample: { ...head, labels: part(1), mask: part(2) },
    prediction: new Uint32Array(part(0)),
  };
}
