/**
 * Calls `body` with pixel and weight of each corner around (x, y) in pixels that lies inside
 * a height x width map; the rest of the map counts as zeros.
 */
export function eachCorner(
  [x, y]: readonly [number, number],
  [height, width]: readonly [number, number],
  body: (pixel: number, weight: number) => void,
): void {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  for (const j of [y0, y0 + 1]) {
    for (const i of [x0, x0 + 1]) {
      if (i < 0 || j < 0 || i >= width || j >= height) continue;
      body(j * width + i, (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)));
    }
  }
}
