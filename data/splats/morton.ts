// 21 bits an axis fit a Morton code of 63, too much for a number: 16 and 16 bits as two sort keys.
const BITS = 16;

/**
 * Indices of the Gaussians along a Morton curve through the box of their centres (65 536 cells an
 * axis), so that neighbours in the order are neighbours in space; equal cells keep their order.
 */
export function mortonOrder(positions: Float32Array): Uint32Array {
  const count = positions.length / 3;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at++) {
    min[at % 3] = Math.min(min[at % 3]!, positions[at]!);
    max[at % 3] = Math.max(max[at % 3]!, positions[at]!);
  }
  const codes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const cells = [0, 1, 2].map((k) => {
      const range = max[k]! - min[k]!;
      const share = range > 0 ? (positions[3 * i + k]! - min[k]!) / range : 0;
      return Math.min(2 ** BITS - 1, Math.floor(share * 2 ** BITS));
    });
    // 48 bits stay exact in a double: the lower and the upper byte of each axis give 24 bits each.
    const low = spread(cells[0]! & 255) | spread(cells[1]! & 255) << 1 |
      spread(cells[2]! & 255) << 2;
    const high = spread(cells[0]! >> 8) | spread(cells[1]! >> 8) << 1 | spread(cells[2]! >> 8) << 2;
    codes[i] = high * 2 ** 24 + low;
  }
  return Uint32Array.from({ length: count }, (_, i) => i)
    .sort((a, b) => codes[a]! - codes[b]! || a - b);
}

/** Moves bit n of a byte to bit 3 n. */
function spread(byte: number): number {
  let bits = byte;
  bits = (bits | bits << 8) & 0x00f00f;
  bits = (bits | bits << 4) & 0x0c30c3;
  return (bits | bits << 2) & 0x249249;
}
