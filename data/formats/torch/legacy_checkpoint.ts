import type { ByteSource } from "../byte_source.ts";
import { isDict, type PickleOptions, readPickleAt } from "../pickle.ts";
import { isOpaque } from "../pickle/values.ts";
import { unreadable } from "../unreadable.ts";
import { torchTable } from "./rebuild.ts";
import { type StorageBytes, storageBytes, storageDtype, TorchStorage } from "./storage.ts";

// The file begins with the pickled integer 0x1950a86a20f9469cfc6c.
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

const PREFIX = 2 ** 20;

/** Bytes that tell a legacy file from any other. */
export const LEGACY_MAGIC_LENGTH = MAGIC.length;

/** Says whether bytes begin as a file of PyTorch before 1.6. */
export function looksLegacy(start: Uint8Array): boolean {
  return MAGIC.every((byte, i) => start[i] === byte);
}

/**
 * Reads the format before PyTorch 1.6: the pickles magic, version, system, object and keys of the
 * storages, then per storage its element count (8 bytes) and its bytes.
 */
export function readLegacyCheckpoint(source: ByteSource): unknown {
  const { value, storages, keys, end, bigEndian } = readPickles(source);
  if (!Array.isArray(keys)) throw unreadable(source.file, end, "the storage keys are no list");
  let at = end;
  for (const key of keys) {
    const storage = storages.get(String(key));
    if (!storage) throw unreadable(source.file, at, `the storage "${key}" belongs to no tensor`);
    const head = source.read(at, 8);
    const count = Number(new DataView(head.buffer, head.byteOffset).getBigInt64(0, !bigEndian));
    if (count !== storage.count) {
      throw unreadable(
        source.file,
        at,
        `storage "${key}" has ${count} elements, the pickle says ${storage.count}`,
      );
    }
    storage.place(source, at + 8);
    at += 8 + storage.size;
  }
  for (const [key, { placed }] of storages) {
    if (!placed) throw unreadable(source.file, end, `the storage "${key}" is missing`);
  }
  return value;
}

class LegacyStorage implements StorageBytes {
  #source: ByteSource | undefined;
  #offset = 0;

  constructor(readonly size: number, readonly count: unknown) {}

  get placed(): boolean {
    return this.#source !== undefined;
  }

  place(source: ByteSource, offset: number): void {
    if (offset + this.size > source.size) {
      throw unreadable(source.file, offset, `a storage of ${this.size} bytes is cut off`);
    }
    this.#source = source;
    this.#offset = offset;
  }

  read(): Uint8Array {
    return this.#source!.read(this.#offset, this.size);
  }
}

interface Pickles {
  readonly value: unknown;
  readonly keys: unknown;
  readonly storages: Map<string, LegacyStorage>;
  readonly bigEndian: boolean;
  /** Offset after the last pickle. */
  readonly end: number;
}

// How long the pickles are is not written anywhere, so ever longer parts of the file are tried: they
// are a small part of it, and a weights file need not be in memory whole.
function readPickles(source: ByteSource): Pickles {
  for (let length = PREFIX;; length *= 8) {
    const bytes = source.read(0, Math.min(length, source.size));
    try {
      return readPicklesIn(bytes, source.file);
    } catch (error) {
      if (bytes.length === source.size) throw error;
    }
  }
}

function readPicklesIn(bytes: Uint8Array, file: string): Pickles {
  let end = MAGIC.length;
  const next = (options: PickleOptions = {}): unknown => {
    const read = readPickleAt(bytes, end, { file, ...options });
    end = read.end;
    return read.value;
  };
  next(); // the protocol, always 1001
  const system = next();
  const bigEndian = isDict(system) && system.little_endian === false;
  const storages = new Map<string, LegacyStorage>();
  const tensors = new Map<string, TorchStorage>();
  const persistentLoad = (id: unknown): unknown => {
    const [kind, type, key, , count, view] = Array.isArray(id) ? id : [];
    // ("module", class, source file, source): a container whose code was kept, which we never want.
    if (kind === "module") return type;
    if (kind !== "storage" || !isOpaque(type)) {
      throw new RangeError("an object that is no storage is stored outside the pickle");
    }
    const dtype = storageDtype(type.name);
    const root = storages.get(String(key)) ?? new LegacyStorage(storageBytes(dtype, count), count);
    storages.set(String(key), root);
    const [viewKey, offset, viewCount] = Array.isArray(view) ? view : [key, 0, count];
    const name = `${type.name} ${key} ${viewKey}`;
    const start = storageBytes(dtype, offset);
    const size = storageBytes(dtype, viewCount);
    if (start + size > root.size) throw new RangeError(`a view of storage "${key}" is too long`);
    const part = { size, read: () => root.read().subarray(start, start + size) };
    const storage = tensors.get(name) ?? new TorchStorage(part, dtype, bigEndian, file);
    tensors.set(name, storage);
    return storage;
  };
  const value = next({ rebuild: torchTable, persistentLoad });
  const keys = next();
  return { value, keys, storages, bigEndian, end };
}
