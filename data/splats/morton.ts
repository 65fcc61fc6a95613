import { ascendingOrder } from "./order.ts";

// 21 bits an axis fit a Morton code of 63, too much for a number: 16 bits an axis stay exact.
const CELLS = 2 ** 16;

/**
 * Indices of the Gaussians along a Morton curve through the box of their centres (65 536 cells an
 * axis), so that neighbours in the order are neighbours in space; equal cells keep their order. The box may
 * `grow` downwards by a share of itself, so that cells have other borders.
 */
export function mortonOrder(positions: Float32Array, grow = 0): Uint32Array {
  const count = positions.length / 3;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at += 3) {
    for (let k = 0; k < 3; k++) {
      const value = positions[at + k]!;
      if (value < min[k]!) min[k] = value;
      if (value > max[k]!) max[k] = value;
    }
  }
  for (let k = 0; k < 3; k++) min[k] = min[k]! - grow * (max[k]! - min[k]!);
  const codes = new Float64Array(count);
  const cells = new Uint32Array(3);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const range = max[k]! - min[k]!;
      const share = range > 0 ? (positions[3 * i + k]! - min[k]!) / range : 0;
      cells[k] = Math.min(CELLS - 1, Math.floor(share * CELLS));
    }
    // 48 bits stay exact in a double: the lower and the upper byte of each axis give 24 bits each.
    const low = spread(cells[0]! & 255) | spread(cells[1]! & 255) << 1 |
      spread(cells[2]! & 255) << 2;
    const high = spread(cells[0]! >> 8) | spread(cells[1]! >> 8) << 1 | spread(cells[2]! >> 8) << 2;
    codes[i] = high * 2 ** 24 + low;
  }
  return ascendingOrder(codes);
}

/** Moves bit n of a byte to bit 3 n. */
function spread(byte: number): number {
  let bits = byte;
  bits = (bits | bits << 8) & 0x00f00f;
  bits = (bits | bits << 4) & 0x0c30c3;
  return (bits | bits << 2) & 0x249249;
}
