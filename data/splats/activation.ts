/** The constant spherical harmonic, 1 / (2 sqrt(pi)). */
export const SH_C0 = 0.28209479177387814;

// Bytes 0 and 255 stand for opacities that a sigmoid never reaches: they become -13.8 and 13.8.
const NEAREST_TO_ONE = 1e-6;

/** Opacity of a logit. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Logit of an opacity, which is kept 1e-6 away from 0 and 1. */
export function logit(opacity: number): number {
  const p = Math.min(1 - NEAREST_TO_ONE, Math.max(NEAREST_TO_ONE, opacity));
  return Math.log(p / (1 - p));
}

// The smallest normal f32: a scale of zero has no logarithm.
const SMALLEST_SCALE = 2 ** -126;

/** Logarithm of a stored standard deviation; zero and negative ones become 2^-126. */
export function logScale(scale: number): number {
  return Math.log(Math.max(SMALLEST_SCALE, scale));
}

/** Opacity logits of the 256 bytes that store an opacity. */
export const LOGIT_OF_BYTE: Float32Array = Float32Array.from(
  { length: 256 },
  (_, byte) => logit(byte / 255),
);

/** The nearest whole number from 0 to `max`; halves go up, NaN goes to 0. */
export function quantise(value: number, max: number): number {
  return value > 0 ? Math.min(max, Math.floor(value + 0.5)) : 0;
}
