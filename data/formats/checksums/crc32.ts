import { builtin } from "../../files/builtin.ts";
import { crc32ByTables } from "./crc32_tables.ts";

const native = builtin("node:zlib")?.crc32;
// It takes no array of more bytes.
const MOST = 2 ** 30;

/** Returns the CRC-32 (as in zip and PNG) of bytes, continuing from the CRC of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before;
  for (let at = 0; at < bytes.length; at += MOST) {
    const part = bytes.subarray(at, at + MOST);
    crc = native ? native(part, crc) : crc32ByTables(part, crc);
  }
  return crc;
}
