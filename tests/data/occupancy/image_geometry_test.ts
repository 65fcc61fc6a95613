import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { applyGeometry } from "../../../data/occupancy/augmentation.ts";
import {
  drawGeometry,
  type ImageGeometry,
  inputFromImage,
  referenceGeometry,
} from "../../../data/occupancy/image_geometry.ts";
import { PhiloxStream } from "../../../data/philox.ts";

const REFERENCE = referenceGeometry([1600, 864]);

Deno.test("the reference's settings cut 36 rows off and flip half of the training samples", () => {
  const upright = drawGeometry(REFERENCE, [1600, 900]);
  assertEquals(upright.crop, [0, 36, 1600, 900]);
  assertEquals([...inputFromImage(upright)], [1, 0, 0, 0, 1, -36, 0, 0, 1]);
  const drawn = Array.from(
    { length: 400 },
    (_, i) => drawGeometry(REFERENCE, [1600, 900], new PhiloxStream(1, i)),
  );
  const flips = drawn.filter(({ flip }) => flip);
  assert(flips.length > 160 && flips.length < 240, `${flips.length} of 400`);
  assertEquals([...inputFromImage(flips[0]!)], [-1, 0, 1600, 0, 1, -36, 0, 0, 1]);
});

Deno.test("a reduced input sees the same part of the picture", () => {
  const reduced = drawGeometry(referenceGeometry([400, 216]), [1600, 900]);
  assertEquals([reduced.resized, reduced.crop], [[400, 225], [0, 9, 400, 225]]);
  assertEquals([...inputFromImage(reduced)], [0.25, 0, 0, 0, 0.25, -9, 0, 0, 1]);
});

Deno.test("scales, bottoms and crops are drawn as the reference draws them", () => {
  const range = {
    imageSize: [704, 256] as [number, number],
    scale: [1, 1.5] as [number, number],
    bottom: [0, 0.2] as [number, number],
    flip: false,
    rotate: [-5, 5] as [number, number],
  };
  for (let i = 0; i < 50; i++) {
    const { resized, scale, crop, rotate } = drawGeometry(
      range,
      [1600, 900],
      new PhiloxStream(2, i),
    );
    assertEquals(resized, [Math.floor(1600 * scale), Math.floor(900 * scale)]);
    assertEquals([crop[2] - crop[0], crop[3] - crop[1]], range.imageSize);
    assert(crop[0] >= 0 && crop[2] <= resized[0] && crop[3] <= resized[1] && Math.abs(rotate) <= 5);
    assert(crop[3] >= Math.floor(0.8 * resized[1]));
  }
  // Evaluation: covering scale, mean of the bottoms, centred.
  const still = drawGeometry(range, [1600, 900]);
  assertEquals(still.crop, [0, Math.floor(0.9 * 396) - 256, 704, Math.floor(0.9 * 396)]);
});

Deno.test("pixels move where the matrix says", () => {
  // One bright pixel per run; geometry of every kind, resizing apart, which would smear it.
  const width = 40, height = 30;
  const random = new PhiloxStream(5);
  for (let round = 0; round < 60; round++) {
    const geometry: ImageGeometry = {
      resized: [width, height],
      scale: 1,
      crop: [-3 + random.integer(8), -2 + random.integer(8), 36, 28],
      flip: random.coin(),
      rotate: random.coin(0.3) ? 0 : random.uniform(-25, 25),
    };
    const x = 8 + random.integer(20), y = 8 + random.integer(14);
    const data = new Uint8Array(width * height * 3);
    data.fill(255, 3 * (y * width + x), 3 * (y * width + x) + 3);
    const [w, h] = [geometry.crop[2] - geometry.crop[0], geometry.crop[3] - geometry.crop[1]];
    const out = new Uint8Array(w * h * 3);
    applyGeometry({ width, height, channels: 3, data }, geometry, { out });
    const m = inputFromImage(geometry);
    const u = m[0]! * (x + 0.5) + m[1]! * (y + 0.5) + m[2]!;
    const v = m[3]! * (x + 0.5) + m[4]! * (y + 0.5) + m[5]!;
    const lit = [...out.keys()].filter((i) => i % 3 === 0 && out[i] === 255).map((i) => i / 3);
    for (const pixel of lit) {
      // Nearest-pixel rotation may land up to a pixel's half diagonal away.
      assertAlmostEquals(pixel % w + 0.5, u, 0.75);
      assertAlmostEquals(Math.floor(pixel / w) + 0.5, v, 0.75);
    }
    const inside = u > 1 && v > 1 && u < w - 1 && v < h - 1;
    if (geometry.rotate === 0 && inside) assertEquals(lit.length, 1);
  }
});
