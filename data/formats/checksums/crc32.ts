import { crc32 as native } from "node:zlib";

// It takes no array of more bytes.
const MOST = 2 ** 30;

/** Returns the CRC-32 (as in zip and PNG) of bytes, continuing from the CRC of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before;
  for (let at = 0; at < bytes.length; at += MOST) crc = native(bytes.subarray(at, at + MOST), crc);
  return crc;
}
