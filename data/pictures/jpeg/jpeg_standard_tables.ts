/**
 * The four Huffman tables of ITU-T T.81 Annex K.3 as one DHT segment, for motion-JPEG frames, which
 * leave them out. Per table: class and index, 16 counts of codes by length, the symbols.
 */
export const STANDARD_HUFFMAN_TABLES: Uint8Array = dhtSegment([
  { id: 0x00, counts: "00010501010101010100000000000000", symbols: "000102030405060708090a0b" },
  { id: 0x01, counts: "00030101010101010101010000000000", symbols: "000102030405060708090a0b" },
  {
    id: 0x10,
    counts: "0002010303020403050504040000017d",
    symbols: "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a16" +
      "1718191a25262728292a3435363738393a434445464748494a535455565758595a63646566676869" +
      "6a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6" +
      "b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8" +
      "f9fa",
  },
  {
    id: 0x11,
    counts: "00020102040403040705040400010277",
    symbols: "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434" +
      "e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768" +
      "696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4" +
      "b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8" +
      "f9fa",
  },
]);

// `Uint8Array.fromHex` is younger than some browsers and Node 20.
function bytesOfHex(text: string): number[] {
  return text.match(/../g)!.map((pair) => parseInt(pair, 16));
}

function dhtSegment(tables: { id: number; counts: string; symbols: string }[]): Uint8Array {
  const body = tables.map(({ id, counts, symbols }) => [
    id,
    ...bytesOfHex(counts),
    ...bytesOfHex(symbols),
  ]).flat();
  const length = body.length + 2;
  return new Uint8Array([0xff, 0xc4, length >> 8, length & 255, ...body]);
}
