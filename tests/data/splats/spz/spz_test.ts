import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "fflate";
import { openSource } from "../../../../data/formats/byte_source.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { streamOf } from "../../../../data/splats/splat_stream.ts";
import { SPZ_FRAMES } from "../../../../data/splats/spz/spz_frame.ts";
import { readSpz } from "../../../../data/splats/spz/spz.ts";
import { encodeSpz } from "../../../../data/splats/spz/spz_write.ts";
import { covariances } from "../covariances.ts";
import { largestError, madeUpSplats } from "../made_up.ts";

const read = (bytes: Uint8Array): Splats => readSpz(openSource(bytes, "a.spz"));

function header(
  { version = 3, count = 1, degree = 0, fractionalBits = 12, flags = 0 } = {},
): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  [0x5053474e, version, count].forEach((word, i) => view.setUint32(4 * i, word, true));
  bytes.set([degree, fractionalBits, flags], 12);
  return bytes;
}

const raw = (options: Parameters<typeof header>[0], rest: number[]) =>
  Uint8Array.from([...header(options), ...rest]);

// One Gaussian of version 3: x = 1, y = -1/4096, z = -512; the identity (w largest).
const POSITION = [0x00, 0x10, 0x00, 0xff, 0xff, 0xff, 0x00, 0x00, 0xe0];
const GAUSSIAN = [...POSITION, 204, 255, 0, 128, 160, 176, 0, 0, 0, 0, 0xc0];

Deno.test("an uncompressed file, byte by byte, turned by half a turn about x", () => {
  const splats = read(raw({}, GAUSSIAN));
  assertEquals(splats.positions, Float32Array.of(1, 1 / 4096, 512));
  assertEquals(splats.logScales, Float32Array.of(0, 1, -10));
  assertEquals(splats.quaternions.map(Math.abs), Float32Array.of(1, 0, 0, 0));
  assertAlmostEquals(splats.opacities[0]!, Math.log(4), 1e-6);
  assertAlmostEquals(splats.shDc[0]!, 0.5 / 0.15, 1e-6);
});

Deno.test("a file inside gzip, with and without bytes of extensions behind", () => {
  const expected = read(raw({}, GAUSSIAN));
  assertEquals(read(gzipSync(raw({}, GAUSSIAN))), expected);
  assertEquals(read(gzipSync(raw({ flags: 2 }, [...GAUSSIAN, 1, 2, 3]))), expected);
});

Deno.test("rotations name their largest component in two bits", () => {
  // Largest x; then y = +511, z = -256, w = 0 of 511 to sqrt(1/2).
  const word = (0 << 30 | 511 << 20 | (512 | 256) << 10) >>> 0;
  const bytes = [word & 255, word >>> 8 & 255, word >>> 16 & 255, word >>> 24];
  const [w, x, y, z] = read(raw({}, [...GAUSSIAN.slice(0, 16), ...bytes])).quaternions;
  const [fy, fz] = [Math.SQRT1_2, -256 / 511 * Math.SQRT1_2];
  assertAlmostEquals(w!, 0, 1e-6);
  assertAlmostEquals(x!, Math.sqrt(1 - fy * fy - fz * fz), 1e-6);
  assertAlmostEquals(y!, -fy, 1e-6);
  assertAlmostEquals(z!, -fz, 1e-6);
});

Deno.test("version 2 holds x, y and z of the rotation in a byte each", () => {
  const [w, x, y, z] =
    read(raw({ version: 2 }, [...GAUSSIAN.slice(0, 16), 255, 128, 127])).quaternions;
  assertAlmostEquals(w!, 0, 0.01);
  assertAlmostEquals(x!, 1, 1e-6);
  assertAlmostEquals(y!, -1 / 255, 1e-6);
  assertAlmostEquals(z!, 1 / 255, 1e-6);
});

Deno.test("version 1 has positions of half floats, else it is as version 2", () => {
  const halves = [0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38]; // 1, -2, 0.5
  const splats = read(raw({ version: 1 }, [...halves, ...GAUSSIAN.slice(9, 16), 255, 128, 127]));
  assertEquals(splats.positions, Float32Array.of(1, 2, -0.5));
  assertAlmostEquals(splats.quaternions[1]!, 1, 1e-6);
});

Deno.test("every frame that a file declares brings the same Gaussians back, of 2 and 3 if told", () => {
  const splats = { ...madeUpSplats(40, 3), antialiased: true };
  const expected = read(encodeSpz(streamOf(splats), { version: 4 }));
  for (const frame of SPZ_FRAMES) {
    const declared = read(encodeSpz(streamOf(splats), { version: 4, frame }));
    assertEquals(declared.antialiased, true);
    assertSameGaussians(declared, expected, frame);
    const told = readSpz(openSource(encodeSpz(streamOf(splats), { version: 3, frame }), "a.spz"), {
      frame,
    });
    assertSameGaussians(told, expected, `${frame} told`);
  }
  const number = encodeSpz(streamOf(splats), { version: 4 });
  new DataView(number.buffer).setUint32(40, 17, true);
  assertThrows(() => read(number), SyntaxError, "at byte 40: its frame 17 is not known");
});

/** Centres and shapes within a step of the format, opacities the same, harmonics within two. */
function assertSameGaussians(a: Splats, b: Splats, what: string): void {
  const most = (error: number, allowed: number) =>
    assert(error <= allowed, `${what}: ${error} > ${allowed}`);
  most(largestError(a.positions, b.positions, { width: 3 }), 2 ** -12);
  most(largestError(covariances(a), covariances(b), { width: 6 }), 0.01);
  most(largestError(a.opacities, b.opacities, { width: 1 }), 0);
  // Quantised before or after the turn: of axes that change places up to four steps of 1/16 mix.
  most(largestError(a.shRest, b.shRest, { width: 45 }), 0.2);
}

Deno.test("of harmonics of degree 4 the first three degrees are kept", () => {
  const sh = Array.from({ length: 72 }, (_, i) => i < 45 ? 160 : 0);
  const splats = read(raw({ degree: 4 }, [...GAUSSIAN, ...sh]));
  assertEquals([splats.degree, splats.shRest.length], [3, 45]);
  assertEquals(splats.shRest.map(Math.abs), new Float32Array(45).fill(0.25));
});

Deno.test("broken files give one error with file and offset", () => {
  const cases: [Uint8Array, string][] = [
    [Uint8Array.of(1, 2, 3, 4), "at byte 4: the SPZ header is cut off"],
    [new Uint8Array(20), 'at byte 0: an SPZ file starts with "NGSP" or a gzip stream of it'],
    [raw({ version: 5 }, GAUSSIAN), "at byte 4: it is SPZ version 5 here, it must be 1 or 2 or 3"],
    [
      gzipSync(raw({ version: 4 }, GAUSSIAN)),
      "at byte 4: it is SPZ version 4 here, it must be 1 or 2 or 3",
    ],
    [raw({ degree: 5 }, GAUSSIAN), "at byte 12: it has harmonics of degree 5, the largest is 4"],
    [raw({ fractionalBits: 25 }, GAUSSIAN), "at byte 13: positions of 24 bits cannot have 25"],
    [raw({ count: 2 }, GAUSSIAN), "at byte 36: 2 Gaussians need 6 bytes of colors, 0 are there"],
    [raw({ count: 4e9 }, GAUSSIAN), "4000000000 Gaussians need 36000000000 bytes of positions"],
    [gzipSync(raw({}, GAUSSIAN)).slice(0, 20), "it is cut off or a bomb, 20 bytes would"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => read(bytes), SyntaxError, message);
  }
  const damaged = gzipSync(raw({}, GAUSSIAN), { level: 0 });
  damaged[30]! ^= 1;
  assertThrows(
    () => read(damaged),
    SyntaxError,
    "the gzip stream cannot be inflated (incorrect data check)",
  );
});

Deno.test("a gzip bomb is refused by its declared size, one that lies at that size", () => {
  const bomb = gzipSync(new Uint8Array(16 * 2 ** 20), { level: 6 });
  assertThrows(
    () => read(bomb),
    SyntaxError,
    `${bomb.length} bytes would unpack to 16777216, the limit is 4194304`,
  );
  const lying = bomb.slice();
  new DataView(lying.buffer).setUint32(lying.length - 4, 1000, true);
  assertThrows(() => read(lying), SyntaxError, "the gzip stream");
});

Deno.test("version 4: sizes that do not fit, a lying frame, a bomb", () => {
  const good = encodeSpz(streamOf(madeUpSplats(50, 1)), { version: 4 });
  const changed = (change: (view: DataView) => void) => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };
  const cases: [Uint8Array, string][] = [
    [changed((view) => view.setUint8(15, 5)), "its table has 5 streams from byte 44, 6 are needed"],
    [
      changed((view) => view.setUint32(16, 1e9, true)),
      "its table has 6 streams from byte 1000000000",
    ],
    [
      changed((view) => view.setBigUint64(44, 1n << 60n, true)),
      "at byte 44: 1152921504606847000 bytes at 140",
    ],
    [changed((view) => view.setUint32(8, 51, true)), "at byte 44"],
    [changed((view) => view.setUint32(8, 4e9, true)), "it is cut off or a bomb"],
    [changed((view) => view.setUint32(140, 0)), "at byte 140: the positions"],
    [good.slice(0, 20), "the SPZ header is cut off"],
    [good.slice(0, -1), "bytes at"],
  ];
  for (const [bytes, message] of cases) assertThrows(() => read(bytes), SyntaxError, message);
});
