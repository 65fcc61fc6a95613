import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { crc32c, maskedCrc32c } from "../../../data/formats/checksums/crc32c.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { integerField } from "../../../data/formats/protobuf_write.ts";
import { EventFile, frameRecord } from "../../../data/formats/tensorboard.ts";

const text = (value: string) => new TextEncoder().encode(value);

Deno.test("CRC-32C gives the published check values", () => {
  assertEquals(crc32c(text("123456789")), 0xe3069283);
  // RFC 3720, B.4
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assertEquals(crc32c(new Uint8Array(0)), 0);
  assertEquals(maskedCrc32c(new Uint8Array(0)), 0xa282ead8);
});

Deno.test("whole numbers are written as varints, past 32 bits too", () => {
  assertEquals([...integerField(2, 300)], [16, 0xac, 2]);
  assertEquals([...integerField(1, 0)], [8, 0]);
  assertEquals([...integerField(1, 2 ** 35)], [8, 128, 128, 128, 128, 128, 1]);
  assertThrows(() => integerField(1, -1), RangeError, "-1");
  assertThrows(() => integerField(1, 0.5), RangeError, "0.5");
});

/** Fields of a message: number to raw values (bigint, bytes). */
function fieldsOf(bytes: Uint8Array): Map<number, (bigint | Uint8Array)[]> {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    let value: bigint | Uint8Array;
    if (kind === 0) value = varint();
    else {
      const size = kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4;
      value = bytes.subarray(at, at += size);
    }
    fields.set(tag >> 3, [...fields.get(tag >> 3) ?? [], value]);
  }
  return fields;
}

function doubles(bytes: Uint8Array): number[] {
  return [...new Float64Array(bytes.slice().buffer)];
}

Deno.test("an event file is a row of checked records with version, start, numbers, pictures, histograms", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const log = EventFile.open(join(folder, "tf"), { firstStep: 7 });
    const png = encodePng({ width: 2, height: 1, data: new Uint8Array(6) });
    log.scalar(7, "loss", 0.5);
    log.image(8, "picture", png);
    log.histogram(9, "scales", [0, 1, 2, 3, NaN, Infinity]);
    log.histogram(10, "same", [4, 4]);
    log.close();
    const bytes = await Deno.readFile(log.path);
    const events: ReturnType<typeof fieldsOf>[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = Number(new DataView(bytes.buffer, at).getBigUint64(0, true));
      const data = bytes.slice(at + 12, at + 12 + length);
      assertEquals(bytes.slice(at, at + 16 + length), frameRecord(data));
      events.push(fieldsOf(data));
      at += 16 + length;
    }
    assertEquals(new TextDecoder().decode(events[0]!.get(3)![0] as Uint8Array), "brain.Event:2");
    assertEquals([events[1]!.get(2), events[1]!.get(7)], [[7n], [Uint8Array.of(8, 1)]]);
    const values = events.slice(2).map((event) =>
      fieldsOf(fieldsOf(event.get(5)![0] as Uint8Array).get(1)![0] as Uint8Array)
    );
    assertEquals(events.slice(2).map((event) => event.get(2)![0]), [7n, 8n, 9n, 10n]);
    assertEquals(values[0]!.get(2), [new Uint8Array(Float32Array.of(0.5).buffer)]);
    const image = fieldsOf(values[1]!.get(4)![0] as Uint8Array);
    assertEquals([image.get(1), image.get(2), image.get(3), image.get(4)], [[1n], [2n], [3n], [
      png,
    ]]);
    const histogram = fieldsOf(values[2]!.get(5)![0] as Uint8Array);
    const of = (field: number) => doubles(histogram.get(field)![0] as Uint8Array);
    assertEquals([of(1), of(2), of(3), of(4), of(5)], [[0], [3], [4], [6], [14]]);
    assertEquals(of(6).length, 30);
    assertEquals(of(6).at(-1), 3);
    assertEquals(of(7).reduce((a, b) => a + b), 4);
    const same = fieldsOf(values[3]!.get(5)![0] as Uint8Array);
    assertEquals(doubles(same.get(7)![0] as Uint8Array), [2]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
