// Eight tables take eight bytes at once: 1.5 GB/s, where zlib's instructions for it reach 25.
let tables: Uint32Array | null = null;

/** CRC-32 of bytes, continuing from the CRC of those before them, where no zlib is at hand. */
export function crc32ByTables(bytes: Uint8Array, before = 0): number {
  const table = tables ??= makeTables();
  const aligned = bytes.length - bytes.length % 8;
  let crc = ~before;
  let at = 0;
  for (; at < aligned; at += 8) {
    const low = crc ^
      (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24);
    crc = table[0x700 | low & 255]! ^ table[0x600 | low >>> 8 & 255]! ^
      table[0x500 | low >>> 16 & 255]! ^ table[0x400 | low >>> 24]! ^
      table[0x300 | bytes[at + 4]!]! ^ table[0x200 | bytes[at + 5]!]! ^
      table[0x100 | bytes[at + 6]!]! ^ table[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = crc >>> 8 ^ table[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}

/** The remainders of each byte, followed by none to seven zero bytes. */
function makeTables(): Uint32Array {
  const table = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!;
    table[i] = before >>> 8 ^ table[before & 255]!;
  }
  return table;
}
