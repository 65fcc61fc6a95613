import { dirname, join } from "@std/path";
import { type ByteSource, openSource } from "../../formats/byte_source.ts";
import { readGlb } from "../../formats/glb.ts";
import { locate, unreadable } from "../../formats/unreadable.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** The JSON of a glTF file and the bytes that its accessors lie in. */
export class GltfDocument {
  /** Numbers and names as the file has them; nothing of it is checked yet. */
  readonly json: Json;
  readonly #source: ByteSource;
  readonly #folder: string;
  /** The buffer of a GLB file; null for text files. */
  readonly #own: Uint8Array | null;
  readonly #buffers = new Map<number, Uint8Array>();

  constructor(source: ByteSource, path: string) {
    this.#source = source;
    this.#folder = dirname(path);
    const bytes = source.read(0, source.size);
    if (bytes[0] === 0x67) {
      const { json, buffer } = readGlb(bytes, source.file);
      this.json = json;
      this.#own = buffer;
      return;
    }
    this.#own = null;
    try {
      this.json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      throw locate(error, source.file, 0);
    }
  }

  /** The file's name for messages. */
  get file(): string {
    return this.#source.file;
  }

  /** Throws the one error of a file that breaks the format. */
  fail(what: string): never {
    throw unreadable(this.file, 0, what);
  }

  /** An entry of one of the lists at the top of the JSON. */
  entry(list: string, index: unknown): Json {
    const all = this.json?.[list];
    const found = Array.isArray(all) && Number.isInteger(index) ? all[index as number] : undefined;
    if (typeof found !== "object" || found === null) {
      this.fail(`it names entry ${String(index)} of "${list}", which is not there`);
    }
    return found;
  }

  /** The bytes of a buffer view. */
  view(index: unknown): { bytes: Uint8Array; stride: number | undefined } {
    const { buffer, byteOffset = 0, byteLength, byteStride } = this.entry("bufferViews", index);
    const all = this.#buffer(buffer);
    if (!isCount(byteOffset) || !isCount(byteLength) || byteOffset + byteLength > all.length) {
      this.fail(
        `buffer view ${index} has ${byteLength} bytes from ${byteOffset}, its buffer ${all.length}`,
      );
    }
    if (byteStride !== undefined && (!isCount(byteStride) || byteStride < 1 || byteStride > 252)) {
      this.fail(`buffer view ${index} has rows of ${byteStride} bytes, they must have 4 to 252`);
    }
    return { bytes: all.subarray(byteOffset, byteOffset + byteLength), stride: byteStride };
  }

  #buffer(index: number): Uint8Array {
    const known = this.#buffers.get(index);
    if (known) return known;
    const { uri, byteLength } = this.entry("buffers", index);
    const bytes = uri === undefined ? this.#ownBuffer(index) : this.#uriBuffer(uri, index);
    if (!isCount(byteLength) || byteLength > bytes.length) {
      this.fail(`buffer ${index} has ${bytes.length} bytes, it says ${byteLength}`);
    }
    this.#buffers.set(index, bytes);
    return bytes;
  }

  #ownBuffer(index: number): Uint8Array {
    if (index === 0 && this.#own) return this.#own;
    return this.fail(`buffer ${index} has no "uri", only the first of a .glb file may lack it`);
  }

  #uriBuffer(uri: unknown, index: number): Uint8Array {
    if (typeof uri !== "string") this.fail(`the "uri" of buffer ${index} is no text`);
    const data = /^data:[^,]*;base64,/.exec(uri);
    if (data) {
      try {
        return Uint8Array.fromBase64(uri.slice(data[0].length));
      } catch (error) {
        throw locate(error, this.file, 0);
      }
    }
    let name: string;
    try {
      name = decodeURIComponent(uri);
    } catch {
      name = uri;
    }
    const below = !/[\\:]/.test(name) &&
      name.split("/").every((part) => part !== "" && !/^\.\.+$/.test(part));
    if (!below) this.fail(`buffer ${index} is "${uri}", it must be a file below this folder`);
    const source = openSource(join(this.#folder, name));
    return source.read(0, source.size);
  }
}

/** Whether a number of a file can count or place bytes. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
