/** Seeded numbers, uniform in [low, high), rounded to f32 so that both sides see the same (splitmix32). */
export function noise(seed: number, size: number, low = -1, high = 1): Float64Array {
  let state = (seed * 0x9e3779b9 + 0x6a09e667) >>> 0;
  return Float64Array.from({ length: size }, () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    return Math.fround(low + (high - low) * (mixed / 2 ** 32));
  });
}
