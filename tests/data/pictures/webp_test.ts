import { assertEquals, assertRejects } from "@std/assert";
import { PhiloxStream } from "../../../data/philox.ts";
import { decodeWebp, encodeWebp, readWebpSize } from "../../../data/pictures/webp.ts";

function picture(width: number, height: number) {
  const random = new PhiloxStream(3);
  return {
    width,
    height,
    channels: 4 as const,
    data: Uint8Array.from({ length: 4 * width * height }, () => random.integer(256)),
  };
}

/** 8 x 8 pixels by Pillow, quality 30. */
const LOSSY = Uint8Array.from(
  atob("UklGRjQAAABXRUJQVlA4ICgAAAAwAQCdASoIAAgABABoJQAAbgAA/vB1dTsnzHft1Mu5DebiWPjZewAA"),
  (letter) => letter.charCodeAt(0),
);
const limits = { file: "p.webp", maxPixels: 1e6 };

Deno.test("every value comes back, colours below an alpha of zero too", async () => {
  for (const [width, height] of [[1, 1], [7, 5], [64, 33]] as const) {
    const image = picture(width, height);
    image.data[3] = 0;
    const bytes = await encodeWebp(image);
    assertEquals(readWebpSize(bytes, "p.webp"), { width, height, lossless: true });
    assertEquals(await decodeWebp(bytes, limits), image);
  }
});

Deno.test("a picture within an extended file is found", async () => {
  const image = picture(4, 4);
  const plain = await encodeWebp(image);
  const extra = new Uint8Array(18);
  extra.set(new TextEncoder().encode("VP8X"));
  extra.set([10, 0, 0, 0, 0x10, 0, 0, 0, 3, 0, 0, 3, 0, 0], 4);
  const bytes = new Uint8Array(plain.length + 18);
  bytes.set(plain.subarray(0, 12));
  bytes.set(extra, 12);
  bytes.set(plain.subarray(12), 30);
  new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true);
  assertEquals(await decodeWebp(bytes, limits), image);
});

Deno.test("what is no whole lossless picture of a fitting size is refused", async () => {
  const bytes = await encodeWebp(picture(20, 20));
  const refuse = (content: Uint8Array, message: string, maxPixels = 1e6) =>
    assertRejects(
      () => decodeWebp(content, { file: "p.webp", maxPixels, lossless: true }),
      SyntaxError,
      message,
    );
  await refuse(bytes, "a picture of 20x20 pixels, at most 399 may be here", 399);
  await refuse(bytes.slice(0, 300), "the WebP picture is damaged or cut off");
  await refuse(new Uint8Array(40), "it is no WebP picture");
  await refuse(new Uint8Array(), "it is no WebP picture");
  await refuse(bytes.slice(0, 20), "a WebP picture without an image");
  await refuse(LOSSY, "at byte 12: a lossy WebP picture");
  assertEquals(readWebpSize(LOSSY, "p.webp"), { width: 8, height: 8, lossless: false });
  assertEquals((await decodeWebp(LOSSY, limits)).data.length, 4 * 64);
  await assertRejects(
    () => encodeWebp({ width: 16384, height: 1, data: new Uint8Array(4 * 16384) }),
    RangeError,
    "Cannot encode a WebP picture: 16384x1",
  );
});
