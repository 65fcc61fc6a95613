import type { ByteSource } from "../byte_source.ts";
import { readPickle } from "../pickle.ts";
import { isOpaque } from "../pickle/values.ts";
import { unreadable } from "../unreadable.ts";
import { openZip, type ZipArchive } from "../zip/zip.ts";
import { torchTable } from "./rebuild.ts";
import { storageBytes, storageDtype, TorchStorage } from "./storage.ts";

/** Reads the zip format, PyTorch's own since 1.6: data.pkl, and one stored member per storage. */
export function readZipCheckpoint(source: ByteSource): unknown {
  const archive = openZip(source);
  const { file } = source;
  const pickle = [...archive.entries.keys()].find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickle === undefined) {
    const [first] = archive.entries.keys();
    throw unreadable(
      file,
      0,
      `the archive has no member "data.pkl", it is no PyTorch file${
        first === undefined ? " but empty" : `; it holds ${archive.entries.size}, "${first}" first`
      }`,
    );
  }
  const prefix = pickle.slice(0, -"data.pkl".length);
  const bigEndian = readByteOrder(archive, `${prefix}byteorder`);
  const storages = new Map<string, TorchStorage>();
  const load = (id: unknown): TorchStorage => {
    const [kind, type, key, , count] = Array.isArray(id) ? id : [];
    if (kind !== "storage" || !isOpaque(type)) {
      throw new RangeError("an object that is no storage is stored outside the pickle");
    }
    const name = `${prefix}data/${key}`;
    const known = storages.get(name);
    if (known) return known;
    const entry = archive.entries.get(name);
    if (!entry) throw new RangeError(`the storage "${name}" is missing from the archive`);
    const dtype = storageDtype(type.name);
    const size = storageBytes(dtype, count);
    if (entry.size < size) {
      throw new RangeError(`the storage "${name}" has ${entry.size} bytes, it must have ${size}`);
    }
    const read = () => archive.read(name);
    const storage = new TorchStorage({ size, read }, dtype, bigEndian, `${file}/${name}`);
    storages.set(name, storage);
    return storage;
  };
  return readPickle(archive.read(pickle), {
    file: `${file}/${pickle}`,
    rebuild: torchTable,
    persistentLoad: load,
  });
}

function readByteOrder(archive: ZipArchive, name: string): boolean {
  if (!archive.entries.has(name)) return false;
  return new TextDecoder().decode(archive.read(name)) === "big";
}
