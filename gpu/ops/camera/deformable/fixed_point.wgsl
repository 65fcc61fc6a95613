// Sums whose result does not depend on the order of the terms: each term is split into two integers
// of 31 bits, so the error of a sum of n terms is below 2^-29 of its bound n max|term| twice over,
// that is, below the rounding of the terms themselves.
struct FixedPoint { coarse: f32, fine: f32, coarse_inverse: f32, fine_inverse: f32 }

// For at most `count` terms whose magnitude has at most these bits (as an f32).
fn fixed_point_for(count: u32, magnitude: u32) -> FixedPoint {
  let head = 30 - i32(32u - countLeadingZeros(max(count, 1u) - 1u));
  let exponent = i32(magnitude >> 23u) - 126;
  let coarse = clamp(head - exponent, -126, 126);
  return FixedPoint(power_of_two(coarse), power_of_two(head), power_of_two(-coarse), power_of_two(-head));
}

fn power_of_two(exponent: i32) -> f32 {
  return bitcast<f32>(u32(exponent + 127) << 23u);
}
