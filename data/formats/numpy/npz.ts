import type { AnyArray, NdArray, TextArray } from "../nd_array.ts";
import { openZip, type ZipArchive, type ZipOptions } from "../zip/zip.ts";
import { concatBytes, zipChunks, type ZipMember } from "../zip/zip_write.ts";
import { npyChunks, readAnyNpy, readNpy } from "./npy.ts";

/** The arrays of an npz file; each is read and inflated when it is asked for, and not kept. */
export class Npz {
  /** Names of the arrays, in the order of the file. */
  readonly names: string[];

  /** Reads members of an archive that is open; `readNpz` opens one. */
  constructor(readonly archive: ZipArchive) {
    this.names = [...archive.entries.keys()].map((name) => name.replace(/\.npy$/, ""));
  }

  /** Says whether an array of this name is there. */
  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Returns an array of numbers; throws a TypeError if it holds anything else. */
  get(name: string): NdArray {
    return readNpy(...this.#member(name));
  }

  /** Returns an array of any kind. */
  getAny(name: string): AnyArray {
    return readAnyNpy(...this.#member(name));
  }

  #member(name: string): [Uint8Array, { file: string }] {
    const { entries, source } = this.archive;
    const member = entries.has(`${name}.npy`) ? `${name}.npy` : name;
    if (!entries.has(member)) {
      throw new RangeError(
        `Cannot read "${name}" of "${source.file}": it is not there, ` +
          `the arrays there are ${this.names.join(", ")}`,
      );
    }
    return [this.archive.read(member), { file: `${source.file}/${member}` }];
  }
}

/** Opens an npz file, given as bytes or path, stored or deflated; no array is read yet. */
export function readNpz(input: Uint8Array | string, options: ZipOptions = {}): Npz {
  return new Npz(openZip(input, options));
}

/** Writes arrays as an npz file that NumPy reads back equal. */
export function writeNpz(
  arrays: Readonly<Record<string, NdArray | TextArray>>,
  { compress = false } = {},
): Uint8Array {
  return concatBytes(zipChunks(npyMembers(arrays), { compress }));
}

/** The bytes of an npz file piece by piece, ready for `writeAtomically`; one array at a time is doubled. */
export function npzChunks(
  arrays: Readonly<Record<string, NdArray | TextArray>>,
  { compress = false } = {},
): Generator<Uint8Array> {
  return zipChunks(npyMembers(arrays), { compress });
}

function* npyMembers(arrays: Readonly<Record<string, NdArray | TextArray>>): Generator<ZipMember> {
  for (const [name, array] of Object.entries(arrays)) {
    yield { name: `${name}.npy`, bytes: concatBytes(npyChunks(array)) };
  }
}
