/** Pictures wider than this are made so wide by default. */
const WIDEST = 1600;

/**
 * Size that a picture is reduced to under `--resolution`: 1, 2, 4 and 8 divide it, -1 limits the width to
 * 1600 pixels, any other number is the width; rounded as the reference does, in whose arithmetic a
 * picture can come out 1599 wide.
 */
export function targetSize(
  [width, height]: readonly [number, number],
  resolution: number,
): [number, number] {
  const sides = [width, height];
  const limited = resolution === -1 ? Math.max(1, width / WIDEST) : width / resolution;
  const size = [1, 2, 4, 8].includes(resolution)
    ? sides.map((side) => roundHalfToEven(side / resolution))
    : sides.map((side) => Math.trunc(side / limited));
  if (!size.every((side) => side >= 1)) {
    throw new RangeError(
      `Cannot reduce a picture of ${width} x ${height} pixels by resolution ${resolution}: ` +
        `${size.join(" x ")} would be left`,
    );
  }
  return size as [number, number];
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
