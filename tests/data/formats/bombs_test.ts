import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync, zlibSync } from "fflate";
import { openSource } from "../../../data/formats/byte_source.ts";
import { crc32 } from "../../../data/formats/checksums/crc32.ts";
import { decodeJpeg, encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { readNpy } from "../../../data/formats/numpy/npy.ts";
import { readNpz, writeNpz } from "../../../data/formats/numpy/npz.ts";
import { readPickle } from "../../../data/formats/pickle.ts";
import { readPly } from "../../../data/formats/ply.ts";
import { decodePng } from "../../../data/pictures/png/png.ts";
import { readSafetensors } from "../../../data/formats/safetensors.ts";
import { readColmapPoints } from "../../../data/formats/colmap.ts";
import { concatBytes } from "../../../data/formats/zip/zip_write.ts";
import { readSplatSource } from "../../../data/splats/read_splats.ts";

const FILE = { file: "bomb" };
const ascii = (text: string) => new TextEncoder().encode(text);

function jpegOf(width: number, height: number): Uint8Array {
  const bytes = encodeJpeg({ width: 16, height: 16, data: new Uint8Array(768) });
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  new DataView(bytes.buffer).setUint32(frame + 5, height * 65536 + width);
  return bytes;
}

function pngOf(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8);
  const chunk = (type: string, content: Uint8Array) => {
    const bytes = concatBytes([new Uint8Array(4), ascii(type), content, new Uint8Array(4)]);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, content.length);
    view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, -4)));
    return bytes;
  };
  return concatBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...[chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", new Uint8Array())],
  ]);
}

function npyOf(shape: string): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}}`.padEnd(117) + "\n";
  return concatBytes([
    Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0),
    ascii(header),
  ]);
}

function counted(count: number): Uint8Array {
  const bytes = new Uint8Array(64);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(count), true);
  return bytes;
}

// Zeros pack a thousandfold: 100 MB of them into 100 kB.
const zeros = new Uint8Array(100e6);
const packed = zlibSync(zeros);
const BOMBS: Record<string, [bytes: Uint8Array, read: (bytes: Uint8Array) => unknown]> = {
  "a JPEG of 65535 x 65535 pixels": [jpegOf(65535, 65535), (bytes) => decodeJpeg(bytes, FILE)],
  "a JPEG of 9000 x 9000 pixels in 1 kB": [jpegOf(9000, 9000), (bytes) => decodeJpeg(bytes, FILE)],
  "a PNG of 65535 x 65535 pixels": [
    pngOf(65535, 65535, zlibSync(new Uint8Array(9))),
    (bytes) => decodePng(bytes, FILE),
  ],
  "a PNG of 100 MB in 100 kB": [
    pngOf(9999, 10000, packed),
    (bytes) => decodePng(bytes, FILE),
  ],
  "an npz of 100 MB in 100 kB": [
    writeNpz({ a: { shape: [12.5e6], dtype: "float64", data: new Float64Array(zeros.buffer) } }, {
      compress: true,
    }),
    (bytes) => readNpz(bytes, FILE).get("a"),
  ],
  "an npy of 2^50 numbers": [npyOf(`(${2 ** 50},)`), (bytes) => readNpy(bytes, FILE)],
  "a safetensors header of 2^60 bytes": [
    concatBytes([counted(2 ** 60), ascii("{}")]),
    (bytes) => readSafetensors(bytes, FILE),
  ],
  "a pickle of 2^40 bytes of text": [
    concatBytes([Uint8Array.of(0x80, 4, 0x8d), counted(2 ** 40)]),
    (bytes) => readPickle(bytes, FILE),
  ],
  "a pickle that calls bytearray(2^40)": [
    ascii("cbuiltins\nbytearray\n(L1099511627776L\ntR."),
    (bytes) => readPickle(bytes, FILE),
  ],
  "a PLY of 10^12 points": [
    ascii(
      "ply\nformat binary_little_endian 1.0\nelement vertex 1000000000000\n" +
        "property float x\nend_header\n",
    ),
    (bytes) => readPly(bytes, FILE),
  ],
  "COLMAP points of 2^50": [counted(2 ** 50), (bytes) => readColmapPoints(bytes, FILE)],
  "Gaussians in 100 MB of gzip": [
    gzipSync(zeros),
    (bytes) => readSplatSource(openSource(bytes, "bomb.spz")),
  ],
};

for (const [what, [bytes, read]] of Object.entries(BOMBS)) {
  Deno.test(`${what}: refused at once, without the memory it asks for`, async () => {
    const before = Deno.memoryUsage().external;
    const start = performance.now();
    const error = await assertRejects(async () => await read(bytes));
    const time = performance.now() - start;
    const memory = Deno.memoryUsage().external - before;
    assert(error instanceof SyntaxError || error instanceof RangeError, String(error));
    assert(/^Cannot read "bomb[^"]*" at byte \d+: /.test(error.message), error.message);
    assert(memory < 2 ** 26 + 32 * bytes.length, `${memory} bytes for ${bytes.length}`);
    assert(time < 2000, `${Math.round(time)} ms`);
  });
}

Deno.test("a PNG whose stream goes on for 100 MB is read to the end of its picture", () => {
  const bytes = pngOf(10, 10, packed);
  const before = Deno.memoryUsage().external;
  assertEquals(decodePng(bytes).data, new Uint8Array(100));
  const memory = Deno.memoryUsage().external - before;
  assert(memory < 2 ** 26, `${memory} bytes`);
});
