/** No side of a picture may be longer: GPUs have no textures or buffers for more. */
const LONGEST = 32768;
/** Pictures wider than this are made so wide by default. */
export const WIDEST = 1600;

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
  if (!size.every((side) => side >= 1 && side <= LONGEST)) {
    throw new RangeError(
      `Cannot make a picture of ${width} x ${height} pixels ${size.join(" x ")} for resolution ` +
        `${resolution}: sides of 1 to ${LONGEST} are possible`,
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
