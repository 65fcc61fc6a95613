/** Coefficients of a splat's four words each, in the arrays in which Spark keeps them. */
const ARRAYS = { sh1: 0, sh2: 4, sh3a: 8, sh3b: 12 };
const BIAS = 15;
/** Milliseconds of work between two turns of the page. */
const TURN_MS = 12;

/**
 * Writes the harmonics of rows anew into `extra`, the arrays that Spark made of them, without holding the page
 * up. Spark 2.2.0 rounds their shared exponent down, which cuts each coefficient's largest channel to a power
 * of two: against our renderer 36 dB, and 53 dB with the exponent rounded up, as its shaders decode both alike.
 */
export async function correctHarmonics(extra, { data, at: { rest }, stride, count }) {
  const coefficients = rest.length / 3;
  let began = performance.now();
  for (const [name, first] of Object.entries(ARRAYS)) {
    const words = extra[name];
    if (!words) continue;
    const last = Math.min(first + 4, coefficients);
    for (let i = 0; i < count; i++) {
      for (let c = first; c < last; c++) {
        // In a PLY all coefficients of red come first, then those of green and of blue.
        const value = (channel) => data[i * stride + rest[channel * coefficients + c]];
        words[4 * i + c - first] = sharedExponent(value(0), value(1), value(2));
      }
      if (i % 1024 === 0 && performance.now() - began > TURN_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
    }
  }
}

/** Three values as 8 bits each with one exponent of 5 bits and three signs. */
function sharedExponent(red, green, blue) {
  const largest = Math.max(Math.abs(red), Math.abs(green), Math.abs(blue));
  if (!(largest > 0)) return 0;
  const exponent = Math.min(31, Math.max(0, Math.ceil(Math.log2(largest)) + BIAS));
  const scale = 255 / 2 ** (exponent - BIAS);
  const level = (value) => Math.min(255, Math.round(Math.abs(value) * scale));
  const signs = Number(red < 0) | Number(green < 0) << 1 | Number(blue < 0) << 2;
  return (level(red) | level(green) << 8 | level(blue) << 16 | (exponent << 3 | signs) << 24) >>> 0;
}

/**
 * Writes into rows [count, stride] from column `first` the `rest` harmonics that Spark keeps in `extra`: all
 * coefficients of red, then those of green and of blue.
 */
export function restoredHarmonics(extra, rows, { count, stride, first, rest }) {
  const coefficients = rest / 3;
  for (const [name, start] of Object.entries(ARRAYS)) {
    const words = extra[name];
    if (!words) continue;
    const last = Math.min(start + 4, coefficients);
    for (let i = 0; i < count; i++) {
      for (let c = start; c < last; c++) {
        const word = words[4 * i + c - start];
        const scale = 2 ** ((word >>> 27) - BIAS) / 255;
        for (let k = 0; k < 3; k++) {
          const level = word >>> (8 * k) & 255;
          const sign = word >>> (24 + k) & 1 ? -1 : 1;
          rows[i * stride + first + k * coefficients + c] = sign * level * scale;
        }
      }
    }
  }
}
