import type { PhiloxStream } from "../philox.ts";

/** Floats per picture in a photometric record. */
export const PHOTOMETRIC_FLOATS = 8;

/**
 * Draws the photometric distortion of one picture (mmdetection's, which the reference uses), to be
 * applied in float and without clipping: [brightness added, contrast before, contrast after,
 * saturation factor, hue added in degrees, source channel of red, of green, of blue]. Each step
 * happens with probability one half and is otherwise neutral (0, 1, 1, 1, 0 and channels 0, 1, 2).
 */
export function drawPhotometric(random: PhiloxStream): number[] {
  const maybe = (low: number, high: number, neutral: number) => {
    const value = random.uniform(low, high);
    return random.coin() ? value : neutral;
  };
  const brightness = maybe(-32, 32, 0);
  const before = random.coin();
  const contrast = maybe(0.5, 1.5, 1);
  const saturation = maybe(0.5, 1.5, 1);
  const hue = maybe(-18, 18, 0);
  const shuffled = random.permutation(3);
  const channels = random.coin() ? [...shuffled] : [0, 1, 2];
  return [brightness, before ? contrast : 1, before ? 1 : contrast, saturation, hue, ...channels];
}

/**
 * Applies one record to one pixel (red, green, blue; 0 to 255, float): the meaning that a GPU kernel
 * has to reproduce. The way through HSV is always taken, as in OpenCV's float conversion.
 */
export function distortPixel(
  rgb: readonly [number, number, number],
  record: ArrayLike<number>,
): [number, number, number] {
  const [brightness, before, after, saturation, turn] = record as unknown as number[];
  const [r, g, b] = rgb.map((value) => (value + brightness!) * before!) as typeof rgb & number[];
  const [hue, spread, v] = hsvFromRgb(r!, g!, b!);
  const s = spread * saturation!;
  let h = hue + turn!;
  if (h > 360) h -= 360;
  if (h < 0) h += 360;
  const mixed = rgbFromHsv(h, s, v).map((value) => value * after!);
  return [mixed[record[5]!]!, mixed[record[6]!]!, mixed[record[7]!]!];
}

const EPSILON = 1.1920929e-7; // FLT_EPSILON, as in OpenCV

function hsvFromRgb(r: number, g: number, b: number): [number, number, number] {
  const v = Math.max(r, g, b);
  const range = v - Math.min(r, g, b);
  const s = range / (Math.abs(v) + EPSILON);
  const step = 60 / (range + EPSILON);
  const h = v === r ? (g - b) * step : v === g ? (b - r) * step + 120 : (r - g) * step + 240;
  return [h < 0 ? h + 360 : h, s, v];
}

function rgbFromHsv(h: number, s: number, v: number): [number, number, number] {
  if (s === 0) return [v, v, v];
  const sixth = h / 60;
  const sector = Math.floor(sixth) % 6;
  const part = sixth - Math.floor(sixth);
  const low = v * (1 - s), falling = v * (1 - s * part), rising = v * (1 - s * (1 - part));
  return ([
    [v, rising, low],
    [falling, v, low],
    [low, v, rising],
    [low, falling, v],
    [rising, low, v],
    [v, low, falling],
  ] as const)[sector] as [number, number, number];
}
