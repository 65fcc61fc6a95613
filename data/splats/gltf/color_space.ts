import { SH_C0 } from "../activation.ts";
import { restCoefficients, type Splats } from "../splats.ts";
import type { GltfColors } from "./gltf_attributes.ts";

/** A display's value, 0 to 1, of linear light (IEC 61966-2-1), and how fast it grows there. */
export function displayOf(light: number): [value: number, slope: number] {
  return light <= 0.0031308
    ? [12.92 * light, 12.92]
    : [1.055 * light ** (1 / 2.4) - 0.055, 1.055 / 2.4 * light ** (1 / 2.4 - 1)];
}

/** Linear light of a display's value, and how fast it grows there. */
export function lightOf(value: number): [light: number, slope: number] {
  const base = (value + 0.055) / 1.055;
  return value <= 0.04045 ? [value / 12.92, 1 / 12.92] : [base ** 2.4, 2.4 / 1.055 * base ** 1.4];
}

/**
 * Carries colours from linear light to a display's values or back, changing them: the constant part by
 * the curve, the harmonics by the curve's slope there, which is right for small ones.
 */
export function carryColors(splats: Splats, to: GltfColors): Splats {
  const { count, shDc, shRest, degree } = splats;
  const curve = to === "srgb" ? displayOf : lightOf;
  const width = 3 * restCoefficients(degree);
  for (let at = 0; at < 3 * count; at++) {
    // Colours below black are drawn black.
    const [value, slope] = curve(Math.max(0, 0.5 + SH_C0 * shDc[at]!));
    shDc[at] = (value - 0.5) / SH_C0;
    const first = Math.floor(at / 3) * width + at % 3;
    for (let n = 0; n < width; n += 3) shRest[first + n] = slope * shRest[first + n]!;
  }
  return splats;
}
