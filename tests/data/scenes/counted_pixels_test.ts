import { assertEquals, assertThrows } from "@std/assert";
import { countedPixels } from "../../../data/scenes/counted_pixels.ts";
import { undistort } from "../../../data/scenes/undistort.ts";

const [WIDTH, HEIGHT] = [12, 8];
const view = { pixels: [WIDTH, HEIGHT], calibration: [WIDTH, HEIGHT] } as const;
const mask = { file: "m.png", inverted: false };

/** A mask that is `dark` in a rectangle of columns 4 to 7 and rows 2 to 4, else `bright`. */
function maskOf(dark: number[], bright: number[]) {
  const data = new Uint8Array(4 * WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inside = x >= 4 && x < 8 && y >= 2 && y < 5;
      data.set(inside ? dark : bright, 4 * (y * WIDTH + x));
    }
  }
  return { width: WIDTH, height: HEIGHT, channels: 4 as const, data };
}

const rows = (counts: Uint8Array, width: number) =>
  Array.from(
    { length: counts.length / width },
    (_, y) => counts.subarray(y * width, (y + 1) * width).join(""),
  );

const WHOLE = [
  "111111111111",
  "111111111111",
  "111100001111",
  "111100001111",
  "111100001111",
  "111111111111",
  "111111111111",
  "111111111111",
];

Deno.test("masks are read as people have them: white, coloured, of ones, transparent, as JPEG", () => {
  const kinds: [string, number[], number[]][] = [
    ["black and white", [0, 0, 0, 255], [255, 255, 255, 255]],
    ["coloured", [0, 0, 0, 255], [0, 200, 10, 255]],
    ["zeros and ones", [0, 0, 0, 255], [1, 1, 1, 255]],
    ["transparent", [255, 255, 255, 0], [255, 255, 255, 255]],
    ["noise of JPEG", [3, 0, 7, 255], [251, 255, 249, 255]],
  ];
  for (const [what, dark, bright] of kinds) {
    const counts = countedPixels(maskOf(dark, bright), { view, mask, size: [WIDTH, HEIGHT] });
    assertEquals(rows(counts, WIDTH), WHOLE, what);
  }
  const inverted = countedPixels(maskOf([255, 255, 255, 255], [0, 0, 0, 255]), {
    view,
    mask: { ...mask, inverted: true },
    size: [WIDTH, HEIGHT],
  });
  assertEquals(rows(inverted, WIDTH), WHOLE);
  const dark = countedPixels(maskOf([0, 0, 0, 255], [0, 0, 0, 255]), {
    view,
    mask,
    size: [WIDTH, HEIGHT],
  });
  assertEquals(dark.includes(1), false);
});

Deno.test("a reduced pixel counts where nothing masked is mixed into it", () => {
  const picture = maskOf([0, 0, 0, 255], [255, 255, 255, 255]);
  const reduced = (size: [number, number]) =>
    rows(countedPixels(picture, { view, mask, size }), size[0]);
  assertEquals(reduced([6, 4]), ["111111", "110011", "110011", "111111"]);
  // Rows 2.67 to 5.33 are those from 2 up to 6.
  assertEquals(reduced([3, 3]), ["101", "101", "111"]);
  assertEquals(reduced([24, 16]).length, 16);
  // A picture of twice the mask's size has the same mask.
  const large = { ...view, pixels: [24, 16] as const };
  assertEquals(rows(countedPixels(picture, { view: large, mask, size: [12, 8] }), 12), WHOLE);
  assertThrows(
    () => countedPixels(picture, { view: { ...view, pixels: [12, 12] }, mask, size: [12, 12] }),
    RangeError,
    'Cannot use mask "m.png": it has 12 x 8 pixels, its picture 12 x 12',
  );
});

Deno.test("a mask is straightened as its picture is", () => {
  const lens = {
    focal: [9, 9],
    centre: [5, 4.5],
    distortion: {
      kind: "opencv",
      radial: [-0.2, 0, 0, 0],
      divisor: [0, 0, 0],
      tangential: [0, 0],
      thin: [0, 0, 0, 0],
    },
    zoom: 1,
  } as const;
  const picture = maskOf([0, 0, 0, 255], [255, 255, 255, 255]);
  const counts = countedPixels(picture, { view: { ...view, lens }, mask, size: [WIDTH, HEIGHT] });
  const { data } = undistort(picture, { lens, calibration: [WIDTH, HEIGHT] });
  // Bilinear between pixels, so that only those that are of one kind all around can be held against.
  counts.forEach((one, i) => {
    const [value, alpha] = [data[4 * i]!, data[4 * i + 3]!];
    if (alpha === 255 && (value === 0 || value === 255)) {
      assertEquals(one, value / 255, `pixel ${i}`);
    }
    if (alpha === 0) assertEquals(one, 0);
  });
  assertEquals(counts.includes(0) && counts.includes(1), true);
});
