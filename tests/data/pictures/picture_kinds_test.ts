import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { decodePicture, pictureSize, readPicture } from "../../../data/pictures/read_picture.ts";
import { encodeWebp } from "../../../data/pictures/webp.ts";
import { describeFailure } from "../../../cli/terminal/failure.ts";

// Three by two pixels: red, green, blue over white, black, grey.
const RGB = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 136, 136, 136];
const [WIDTH, HEIGHT] = [3, 2];
const pixel = (i: number) => RGB.slice(3 * i, 3 * i + 3);

/** A BMP file: headers, then what follows them, then rows of whole words. */
function bmp(
  bits: number,
  rows: number[][],
  { coding = 0, extra = [] as number[], fromTop = false, old = false } = {},
): Uint8Array {
  const header = old ? 12 : 40;
  const start = 14 + header + extra.length;
  const stride = 4 * Math.ceil(WIDTH * bits / 32);
  const bytes = new Uint8Array(start + stride * rows.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, header, true);
  if (old) {
    [WIDTH, HEIGHT, 1, bits].forEach((value, k) => view.setUint16(18 + 2 * k, value, true));
  } else {
    view.setInt32(18, WIDTH, true);
    view.setInt32(22, fromTop ? -HEIGHT : HEIGHT, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, bits, true);
    view.setUint32(30, coding, true);
  }
  bytes.set(extra, 14 + header);
  const stored = fromTop ? rows : rows.toReversed();
  stored.forEach((row, y) => bytes.set(row, start + stride * y));
  return bytes;
}

const PALETTE = Array.from({ length: 6 }, (_, i) => [...pixel(i).toReversed(), 0]).flat();
const words = (values: number[], size: 2 | 4) =>
  values.flatMap((value) => Array.from({ length: size }, (_, k) => (value >>> (8 * k)) & 255));
const row = (y: number, of: (i: number) => number[]) => [0, 1, 2].flatMap((x) => of(WIDTH * y + x));
const rows = (of: (i: number) => number[]) => [row(0, of), row(1, of)];
const blueFirst = (i: number) => pixel(i).toReversed();

/** A TIFF file of one strip. */
function tiff(
  { channels, bits, pixels, colours = 2, big = false, more = [] }: {
    channels: number;
    bits: number;
    pixels: number[];
    colours?: number;
    big?: boolean;
    more?: [tag: number, value: number][];
  },
): Uint8Array {
  const entries: [number, number][] = [
    [256, WIDTH],
    [257, HEIGHT],
    [258, bits],
    [259, 1],
    [262, colours],
    [273, 8],
    [277, channels],
    [278, HEIGHT],
    [279, pixels.length * bits / 8],
    ...more,
  ];
  const unique = [...new Map(entries)].sort(([a], [b]) => a - b);
  const directory = 8 + pixels.length * bits / 8;
  const bytes = new Uint8Array(directory + 2 + 12 * unique.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(big ? [0x4d, 0x4d, 0, 42] : [0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, !big);
  pixels.forEach((value, i) => {
    if (bits === 8) bytes[8 + i] = value;
    else view.setUint16(8 + 2 * i, value, !big);
  });
  view.setUint16(directory, unique.length, !big);
  unique.forEach(([tag, value], i) => {
    const at = directory + 2 + 12 * i;
    view.setUint16(at, tag, !big);
    view.setUint16(at + 2, 3, !big);
    view.setUint32(at + 4, 1, !big);
    view.setUint16(at + 8, value, !big);
  });
  return bytes;
}

const picture = { width: WIDTH, height: HEIGHT, channels: 3, data: Uint8Array.from(RGB) };
const rgba = Uint8Array.from([0, 1, 2, 3, 4, 5].flatMap((i) => [...pixel(i), 40 * i]));
const grey = [0, 50, 100, 150, 200, 250];

/** Files under endings that are not theirs, and the pixels they must give; null for RGB as above. */
const FILES: Record<string, [bytes: Uint8Array | Promise<Uint8Array>, pixels: number[] | null]> = {
  "png named jpg": [encodePng(picture), null],
  "webp, lossless, with alpha": [
    encodeWebp({ width: WIDTH, height: HEIGHT, data: rgba }),
    [...rgba],
  ],
  "bmp of 24 bits": [bmp(24, rows(blueFirst)), null],
  "bmp from the top": [bmp(24, rows(blueFirst), { fromTop: true }), null],
  "bmp of OS/2": [bmp(24, rows(blueFirst), { old: true }), null],
  "bmp of 32 bits, the fourth of no meaning": [
    bmp(32, rows((i) => [...blueFirst(i), 7])),
    null,
  ],
  "bmp of 32 bits with masks": [
    bmp(32, rows((i) => [9, ...pixel(i)]), {
      coding: 3,
      extra: words([0xff00, 0xff0000, 0xff000000], 4),
    }),
    null,
  ],
  "bmp with alpha": [
    bmp(32, rows((i) => [...pixel(i), 40 * i]), {
      coding: 6,
      extra: words([0xff, 0xff00, 0xff0000, 0xff000000], 4),
    }),
    [...rgba],
  ],
  "bmp of 16 bits": [
    bmp(
      16,
      rows((i) => {
        const [r, g, b] = pixel(i).map((value) => Math.round(value * 31 / 255));
        return words([r! << 10 | g! << 5 | b!], 2);
      }),
    ),
    // 17 of 31 is 139.8.
    [0, 1, 2, 3, 4, 5].flatMap((i) => [...pixel(i).map((v) => v === 136 ? 140 : v), 255]),
  ],
  "bmp of 8 bits": [bmp(8, rows((i) => [i]), { extra: PALETTE }), null],
  "bmp of 4 bits": [bmp(4, [[0x01, 0x20], [0x34, 0x50]], { extra: PALETTE }), null],
  "bmp of 1 bit": [
    bmp(1, [[0b01000000], [0b10100000]], { extra: [0, 0, 0, 0, 3, 2, 1, 0] }),
    [0, 1, 0, 1, 0, 1].flatMap((bit) => bit ? [1, 2, 3, 255] : [0, 0, 0, 255]),
  ],
  "tiff": [tiff({ channels: 3, bits: 8, pixels: RGB }), null],
  "tiff that is to be turned, as it is stored": [
    tiff({ channels: 3, bits: 8, pixels: RGB, more: [[274, 6]] }),
    null,
  ],
  "tiff of 16 bits, big-endian": [
    tiff({ channels: 3, bits: 16, pixels: RGB.map((value) => 257 * value), big: true }),
    null,
  ],
  "grey tiff": [
    tiff({ channels: 1, bits: 8, pixels: grey, colours: 1 }),
    grey.flatMap((value) => [value, value, value, 255]),
  ],
  "grey tiff, white is 0": [
    tiff({ channels: 1, bits: 8, pixels: grey.map((value) => 255 - value), colours: 0 }),
    grey.flatMap((value) => [value, value, value, 255]),
  ],
  "tiff with alpha": [
    tiff({ channels: 4, bits: 8, pixels: [...rgba], more: [[338, 2]] }),
    [...rgba],
  ],
};

Deno.test("a picture is read by what its bytes are, whatever its name says", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [what, [bytes, pixels]] of Object.entries(FILES)) {
      const file = join(folder, "wrong.jpg");
      Deno.writeFileSync(file, await bytes);
      assertEquals(pictureSize(file), [WIDTH, HEIGHT], what);
      const { width, height, data } = await readPicture(file);
      const expected = pixels ?? [0, 1, 2, 3, 4, 5].flatMap((i) => [...pixel(i), 255]);
      assertEquals([width, height, [...data]], [WIDTH, HEIGHT, expected], what);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

const latin1 = (text: string) =>
  Uint8Array.from(text.padEnd(80, "\0"), (letter) => letter.charCodeAt(0));
const damaged = (bytes: Uint8Array, at: number, value: number) => {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
};

/** What is no picture that is read, and what must be said of it. */
const REFUSED: [bytes: Uint8Array, said: string][] = [
  [new Uint8Array(), "it is empty"],
  [latin1("GIF89a"), "it is a GIF picture, PNG, JPEG, WebP, TIFF and BMP are read"],
  [latin1("\0\0\0\x1cftypheic"), "it is a HEIC picture"],
  [latin1("\0\0\0\x1cftypavif"), "it is an AVIF picture"],
  [latin1("\0\0\0\x1cftypcrx "), "it is a raw file of a camera"],
  [latin1("\0\0\0\x1cftypisom"), "it is a video"],
  [latin1("8BPS"), "it is a picture of Photoshop"],
  [latin1("II*\0\x10\0\0\0CR\x02\0" + "\0".repeat(8)), "its picture has no size"],
  [tiff({ channels: 3, bits: 8, pixels: RGB, more: [[254, 1]] }), "it is a raw file of a camera"],
  [tiff({ channels: 3, bits: 8, pixels: RGB, more: [[259, 7]] }), "compressed by method 7"],
  [tiff({ channels: 1, bits: 8, pixels: grey, more: [[258, 1]] }), "1 channels of 1 bits"],
  [tiff({ channels: 3, bits: 8, pixels: RGB, more: [[284, 2]] }), "channels are stored apart"],
  [tiff({ channels: 3, bits: 8, pixels: RGB, colours: 6 }), "colours are of kind 6"],
  [bmp(8, rows((i) => [i]), { coding: 1, extra: PALETTE }), "its pixels are compressed (method 1)"],
  [bmp(24, rows(blueFirst)).slice(0, 60), "18 bytes of them are missing"],
  [damaged(bmp(24, rows(blueFirst)), 28, 7), "it has 7 bits a pixel"],
  [latin1("version https://git-lfs.github.com/spec/v1"), "it is a Git LFS pointer"],
  [latin1("<!DOCTYPE html>"), "it is a web page"],
  [new TextEncoder().encode("404"), 'it is text that begins with "404"'],
  [latin1("hello"), "it is no picture of a known kind (it starts with 0x68 0x65 0x6c 0x6c)"],
];

const HINTS = [
  ["GIF89a", "magick mogrify"],
  ["version https://git-lfs.github.com/spec/v1", "git lfs pull"],
  ["\0\0\0\x1cftypisom", "ffmpeg"],
] as const;

Deno.test("what is no such picture is refused as what it is, with what to do", async () => {
  for (const [bytes, said] of REFUSED) {
    const error = await assertRejects(() => decodePicture(bytes, "a.jpg"), SyntaxError, said);
    assert(error.message.startsWith('Cannot read "a.jpg" at byte '), error.message);
  }
  for (const [bytes, hint] of HINTS) {
    const error = await assertRejects(() => decodePicture(latin1(bytes), "a.jpg"));
    assert(describeFailure(error).lines.some((line) => line.includes(hint)), bytes);
  }
});

Deno.test("the size of a JPEG is found behind megabytes of previews, and of a file cut off", () => {
  const small = encodeJpeg({ width: 9, height: 5, data: new Uint8Array(135).fill(80) });
  const filler = (count: number) => {
    const segment = new Uint8Array(65537);
    segment.set([0xff, 0xe2, 0xff, 0xff]);
    const bytes = new Uint8Array(small.length + count * segment.length);
    bytes.set(small.subarray(0, 2));
    for (let i = 0; i < count; i++) bytes.set(segment, 2 + i * segment.length);
    bytes.set(small.subarray(2), 2 + count * segment.length);
    return bytes;
  };
  const file = Deno.makeTempFileSync();
  try {
    for (const segments of [0, 1, 20]) {
      Deno.writeFileSync(file, filler(segments));
      assertEquals(pictureSize(file), [9, 5], `${segments} segments`);
    }
    // The picture's data go on beyond the piece that is read of a large file.
    const large = new Uint8Array(2 ** 20 + small.length);
    large.set(small.subarray(0, -2));
    large.set(small.subarray(-2), large.length - 2);
    Deno.writeFileSync(file, large);
    assertEquals(pictureSize(file), [9, 5]);
    Deno.writeFileSync(file, filler(1).subarray(0, 40_000));
    assertThrows(() => pictureSize(file), SyntaxError, "Cannot read");
  } finally {
    Deno.removeSync(file);
  }
});
