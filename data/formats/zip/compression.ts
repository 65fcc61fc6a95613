import { gunzipSync as inflateInJavaScript, gzipSync as deflateInJavaScript } from "fflate";
import { decompress as unpackZstdInJavaScript } from "fzstd";
import { builtin } from "../../files/builtin.ts";
import { crc32 } from "../checksums/crc32.ts";
import { bytesOf } from "../elements.ts";

// The system's is three to five times as fast; a browser has none that works at once.
const native = builtin("node:zlib");

/** Packs bytes as gzip, without a time stamp: the same bytes give the same file. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return native ? bytesOf(native.gzipSync(bytes)) : deflateInJavaScript(bytes, { mtime: 0 });
}

/** Unpacks gzip of a size that is known; throws where it is damaged or holds more. */
export function gunzip(bytes: Uint8Array, size: number): Uint8Array {
  if (native) return native.gunzipSync(bytes, { maxOutputLength: Math.max(1, size) });
  const raw = inflateInJavaScript(bytes, { out: new Uint8Array(size) });
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8);
  if (crc32(raw) !== trailer.getUint32(0, true)) throw new Error("the checksum is another");
  return raw;
}

/** Packs bytes as one frame of zstd, at level 9; the system's alone does. */
export function zstd(bytes: Uint8Array): Uint8Array {
  if (!native) {
    throw Object.assign(new Error("Cannot pack zstd: browsers bring no such packer"), {
      hint: "SPZ of version 3 is packed by gzip",
    });
  }
  const params = { [native.constants.ZSTD_c_compressionLevel]: 9 };
  return bytesOf(native.zstdCompressSync(bytes, { params }));
}

/** Unpacks one frame of zstd of a size that is known; throws where it is damaged or holds more. */
export function unzstd(bytes: Uint8Array, size: number): Uint8Array {
  if (native) return native.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) });
  return unpackZstdInJavaScript(bytes, new Uint8Array(size));
}
