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
