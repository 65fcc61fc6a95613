/**
 * Applies one record to one pixel (red, green, blue; 0 to 255, float). The way through HSV is
 * always taken, as in OpenCV's float conversion.
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
