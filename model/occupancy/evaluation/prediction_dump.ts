import { removeIfThere } from "../../../data/files/remove_if_there.ts";
import { openTemporary, type TemporaryFile } from "../../../data/files/temporary_files.ts";
import { writeAll } from "../../../data/files/write_all.ts";
import { writing } from "../../../data/files/written_path.ts";
import type { NdArray, TextArray } from "../../../data/formats/nd_array.ts";
import { npyChunks } from "../../../data/formats/numpy/npy.ts";
import { concatBytes, zipChunks, type ZipMember } from "../../../data/formats/zip/zip_write.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";

// A zip archive without 64-bit records; three arrays a key frame and the tokens.
const MOST_FRAMES = Math.floor((0xffff - 1) / 3);

/** What of a key frame is dumped beside what was predicted. */
export type Dumped = Pick<Sample, "token" | "dims" | "labels" | "mask">;

/**
 * An .npz file that grows by one key frame at a time, so that no more than one is held: arrays
 * `predictions_000000`, `labels_000000` and `mask_000000`, u8 [X, Y, Z], and so on, and at the end
 * `tokens`. Its name appears when it is whole.
 */
export class PredictionDump {
  readonly #temporary: TemporaryFile;
  readonly #next: ZipMember[] = [];
  readonly #chunks = zipChunks(this.#members(), { compress: true });
  readonly #tokens: string[] = [];
  #open = true;

  constructor(readonly path: string, frames: number) {
    if (frames > MOST_FRAMES) {
      throw new RangeError(
        `Cannot write "${path}": ${frames} key frames are too many for an .npz file, ${MOST_FRAMES} fit`,
      );
    }
    this.#temporary = writing(path, () => openTemporary(path));
  }

  /** Writes one key frame: its labels and what was predicted, a class for each voxel. */
  add({ token, dims, labels, mask }: Dumped, prediction: Uint32Array): void {
    const number = String(this.#tokens.length).padStart(6, "0");
    const shape = [...dims];
    this.#tokens.push(token);
    this.#write("predictions", number, Uint8Array.from(prediction), shape);
    this.#write("labels", number, labels, shape);
    this.#write("mask", number, mask, shape);
  }

  /** Writes the tokens and gives the file its name. */
  close(): void {
    const { length } = this.#tokens;
    this.#member("tokens", { dtype: "str", shape: [length], data: this.#tokens });
    writing(this.path, () => {
      const { path, file } = this.#temporary;
      for (const chunk of this.#chunks) writeAll(file, chunk);
      file.syncSync();
      file.close();
      Deno.renameSync(path, this.path);
    });
    this.#open = false;
  }

  /** Removes what was written, unless it is whole and has its name. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#temporary.file.close();
    } catch {
      // Closed already, by a `close` that failed later.
    }
    removeIfThere(this.#temporary.path);
  }

  #write(name: string, number: string, data: Uint8Array, shape: number[]): void {
    this.#member(`${name}_${number}`, { dtype: "uint8", shape, data: new Uint8Array(data) });
  }

  #member(name: string, array: NdArray | TextArray): void {
    this.#next.push({ name: `${name}.npy`, bytes: concatBytes(npyChunks(array)) });
    // A member is a header and its content.
    const { file } = this.#temporary;
    writing(this.path, () => {
      for (let i = 0; i < 2; i++) writeAll(file, this.#chunks.next().value as Uint8Array);
    });
  }

  *#members(): Generator<ZipMember> {
    for (let member = this.#next.shift(); member; member = this.#next.shift()) yield member;
  }
}
