import { assertEquals } from "@std/assert";
import { crc32 } from "../../../../data/formats/checksums/crc32.ts";
import { crc32ByTables } from "../../../../data/formats/checksums/crc32_tables.ts";

const text = (words: string) => new TextEncoder().encode(words);

Deno.test("the CRC-32 of the standard's check value, whole and in two parts", () => {
  for (const crc of [crc32, crc32ByTables]) {
    assertEquals(crc(text("123456789")), 0xcbf43926);
    assertEquals(crc(text("456789"), crc(text("123"))), 0xcbf43926);
    assertEquals(crc(new Uint8Array()), 0);
  }
});

Deno.test("tables and zlib agree for every length and place in memory", () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 37 + (i >> 3));
  for (let first = 0; first < 8; first++) {
    for (let end = first; end <= bytes.length; end++) {
      const part = bytes.subarray(first, end);
      assertEquals(crc32ByTables(part, 0x1234567), crc32(part, 0x1234567), `${first} to ${end}`);
    }
  }
});
