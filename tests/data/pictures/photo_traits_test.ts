import { assert, assertEquals } from "@std/assert";
import { photoTraits, samePrint } from "../../../data/pictures/photo_traits.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import { madeUpPhoto } from "./made_up_photo.ts";

/** Rectangles, blurred, as a picture. */
function picture(seed: number, radius: number, size = 128, gain = 1): RgbaPicture {
  const grey = madeUpPhoto(seed, [size, size], radius);
  const data = Uint8Array.from(
    { length: 4 * size * size },
    (_, at) => at % 4 === 3 ? 255 : gain * grey[at >> 2]!,
  );
  return { width: size, height: size, channels: 4, data };
}

Deno.test("blurred pictures are less sharp, whatever their contrast", () => {
  const sharp = [0, 1, 2, 4].map((radius) => photoTraits(picture(1, radius)).sharpness);
  for (let i = 1; i < sharp.length; i++) assert(sharp[i]! < 0.9 * sharp[i - 1]!, `${sharp}`);
  const dark = photoTraits(picture(1, 2, 128, 0.4)).sharpness;
  assert(Math.abs(dark / sharp[2]! - 1) < 0.15, `${dark}, ${sharp[2]}`);
  const flat = { ...picture(1, 0), data: new Uint8Array(4 * 128 * 128).fill(9) };
  assertEquals(photoTraits(flat).sharpness, 0);
});

Deno.test("prints tell photos apart, not how they were compressed or exposed a little", () => {
  const [a, b] = [picture(1, 4), picture(2, 4)];
  const again = { ...a, data: a.data.map((value, i) => i % 4 === 3 ? value : value + (i % 3) - 1) };
  assertEquals(samePrint(photoTraits(a), photoTraits(again)), true);
  assertEquals(samePrint(photoTraits(a), photoTraits(b)), false);
});
