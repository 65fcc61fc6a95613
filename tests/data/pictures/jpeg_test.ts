import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { applyOrientation } from "../../../data/pictures/jpeg/image_orientation.ts";
import { decodeJpeg, encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";

const REAL = new URL("../../../../shared/data/formats/F-jpeg/", import.meta.url);
const haveReal = await Deno.stat(REAL).then(() => true, () => false);
if (!haveReal) console.log("skipping the tests on real JPEG files: ../shared/data is absent");

const read = (name: string) => Deno.readFile(new URL(name, REAL));

function gradient(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[3 * i] = (i % width) * 255 / width;
    data[3 * i + 1] = Math.floor(i / width) * 255 / height;
    data[3 * i + 2] = 128;
  }
  return { width, height, data };
}

Deno.test("a picture survives encoding and decoding within JPEG's loss", async () => {
  for (const [width, height] of [[1, 1], [17, 5], [64, 48]] as const) {
    const image = gradient(width, height);
    const back = await decodeJpeg(encodeJpeg(image, 95));
    assertEquals([back.width, back.height, back.channels], [width, height, 3]);
    const error = image.data.reduce((sum, value, i) => sum + Math.abs(value - back.data[i]!), 0);
    assertLess(error / image.data.length, 3);
  }
});

Deno.test("a file cut off anywhere is an error that names the file", async () => {
  const bytes = encodeJpeg(gradient(40, 30));
  for (let length = 0; length < bytes.length; length += 7) {
    await assertRejects(
      () => decodeJpeg(bytes.subarray(0, length), { file: "cut.jpg" }),
      SyntaxError,
      'Cannot read "cut.jpg" at byte ',
    );
  }
});

Deno.test("a claimed size beyond the limit is refused before decoding", async () => {
  const bytes = encodeJpeg(gradient(40, 30));
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  bytes.fill(0xff, frame + 5, frame + 9);
  await assertRejects(() => decodeJpeg(bytes), RangeError, "65535x65535");
  await assertRejects(
    () => decodeJpeg(encodeJpeg(gradient(40, 30)), { maxPixels: 1199 }),
    RangeError,
  );
});

Deno.test("mutated files end in a picture or in one of our errors", async () => {
  const bytes = encodeJpeg(gradient(24, 16));
  let state = 12345;
  const random = (n: number) => (state = (state * 1103515245 + 12345) >>> 1 & 0x3fffffff) % n;
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const copy = bytes.slice();
    for (let k = 0; k < 3; k++) copy[random(copy.length)] = random(256);
    try {
      await decodeJpeg(copy, { maxPixels: 1e6 });
    } catch (error) {
      refused++;
      const ours = error instanceof SyntaxError || error instanceof RangeError;
      assertEquals(ours && error.message.startsWith("Cannot read"), true, String(error));
    }
  }
  assertEquals(refused > 50, true, `only ${refused} of 400 were refused`);
  assertEquals((await decodeJpeg(bytes)).width, 24); // the decoder still works afterwards
});

Deno.test("orientations 1 to 8 turn the stored corner to its place", () => {
  // Stored 2x3: the letter of each pixel is its value.
  const pixels = [1, 2, 3, 4, 5, 6].flatMap((value) => [value, value, value]);
  const image = { width: 2, height: 3, channels: 3 as const, data: new Uint8Array(pixels) };
  const upright = (orientation: number) => {
    const { data, width } = applyOrientation(image, orientation);
    return [width, ...data.filter((_, i) => i % 3 === 0)];
  };
  assertEquals(upright(1), [2, 1, 2, 3, 4, 5, 6]);
  assertEquals(upright(2), [2, 2, 1, 4, 3, 6, 5]);
  assertEquals(upright(3), [2, 6, 5, 4, 3, 2, 1]);
  assertEquals(upright(4), [2, 5, 6, 3, 4, 1, 2]);
  assertEquals(upright(5), [3, 1, 3, 5, 2, 4, 6]);
  assertEquals(upright(6), [3, 5, 3, 1, 6, 4, 2]);
  assertEquals(upright(7), [3, 6, 4, 2, 5, 3, 1]);
  assertEquals(upright(8), [3, 2, 4, 6, 1, 3, 5]);
});

Deno.test({
  name: "real files: progressive, gray, CMYK, YCCK, arithmetic, without tables",
  ignore: !haveReal,
  async fn() {
    const sizes: [string, number, number][] = [
      ["jpeg-decoder-reftest/progressive3.jpg", 650, 470],
      ["jpeg-decoder-reftest/blank_800x280.jpg", 800, 280],
      ["jpeg-decoder-reftest/mozilla/jpg-cmyk-2.jpg", 256, 256],
      ["jpeg-decoder-reftest/ycck.jpg", 500, 333],
      ["jpeg-decoder-reftest/restarts.jpg", 33, 33],
      ["jpeg-decoder-reftest/extraneous-data.jpg", 16, 16],
      ["jpeg-decoder/icc/icc_chunk_double_seq_no.jpeg", 1, 1],
      ["libjpeg-turbo/testimgari.jpg", 227, 149],
    ];
    for (const [name, width, height] of sizes) {
      const image = await decodeJpeg(await read(name), { file: name });
      assertEquals([image.width, image.height], [width, height], name);
    }
    const motion = await decodeJpeg(await read("jpeg-decoder-reftest/mjpeg.jpg"), {
      tolerant: true,
    });
    assertEquals([motion.width, motion.height], [960, 720]);
  },
});

Deno.test({
  name: "real pixels equal libjpeg's",
  ignore: !haveReal,
  async fn() {
    // testorig.ppm was written by libjpeg's own djpeg.
    const ppm = await read("libjpeg-turbo/testorig.ppm");
    const { data } = await decodeJpeg(await read("libjpeg-turbo/testorig.jpg"));
    const expected = ppm.subarray(ppm.length - data.length);
    const worst = data.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[i]!)), 0);
    assertLess(worst, 4); // that djpeg's DCT rounds differently
  },
});

Deno.test({
  name: "every broken file gives one error that names it",
  ignore: !haveReal,
  async fn() {
    for (
      const name of [
        "dc-predictor-overflow.jpg",
        "derive-huffman-codes-overflow.jpg",
        "empty.jpg",
        "extraneous-bytes-after-sos.jpg",
        "invalid-dimensions.jpg",
        "invalid-prediction-shift.jpg",
        "max_size.jpg",
        "missing-frame-image-1410.jpg",
        "missing-sof.jpg",
        "missing-sos.jpg",
        "null_height.jpg",
        "subtract-with-overflow.jpg",
      ]
    ) {
      const bytes = await read(`jpeg-decoder/crashtest/images/${name}`);
      await assertRejects(() => decodeJpeg(bytes, { file: name }), Error, `Cannot read "${name}"`);
    }
    await assertRejects(() => decodeJpeg(new Uint8Array([0x89, 0x50])), SyntaxError, "0x89 0x50");
    const deep = await read("libjpeg-turbo/monkey12.jpg");
    await assertRejects(() => decodeJpeg(deep), SyntaxError, "12 bits");
  },
});

Deno.test({
  name: "EXIF orientation is applied only when asked for",
  ignore: !haveReal,
  async fn() {
    const bytes = await read("exif-orientation/Landscape_6.jpg");
    const stored = await decodeJpeg(bytes);
    assertEquals([stored.width, stored.height], [1200, 1800]);
    const upright = await decodeJpeg(bytes, { applyOrientation: true });
    assertEquals([upright.width, upright.height], [1800, 1200]);
    const first = await decodeJpeg(await read("exif-orientation/Landscape_1.jpg"));
    const error = first.data.reduce((sum, v, i) => sum + Math.abs(v - upright.data[i]!), 0);
    assertLess(error / first.data.length, 4);
  },
});
