// The 11 taps of a Gaussian of sigma 1.5 as the fused SSIM kernels of 3DGS round them.
const W0 = 0.001028380123898387;
const W1 = 0.0075987582094967365;
const W2 = 0.036000773310661316;
const W3 = 0.10936068743467331;
const W4 = 0.21300552785396576;
const W5 = 0.26601171493530273;
// What the 11 taps lack to a sum of 1.
const DEFECT = 3.1199306e-8;

// Weights of the pixels from 5 before the first of four neighbours on, for each of the four: four sums
// from 14 pixels take a third of the reads that eleven for each would.
const TAP0 = vec4f(W0, 0.0, 0.0, 0.0);
const TAP1 = vec4f(W1, W0, 0.0, 0.0);
const TAP2 = vec4f(W2, W1, W0, 0.0);
const TAP3 = vec4f(W3, W2, W1, W0);
const TAP4 = vec4f(W4, W3, W2, W1);
const TAP5 = vec4f(W5, W4, W3, W2);
const TAP6 = vec4f(W4, W5, W4, W3);
const TAP7 = vec4f(W3, W4, W5, W4);
const TAP8 = vec4f(W2, W3, W4, W5);
const TAP9 = vec4f(W1, W2, W3, W4);
const TAP10 = vec4f(W0, W1, W2, W3);
const TAP11 = vec4f(0.0, W0, W1, W2);
const TAP12 = vec4f(0.0, 0.0, W0, W1);
const TAP13 = vec4f(0.0, 0.0, 0.0, W0);

fn weigh(tap: vec4f, x: f32) -> vec4f {
  return tap * x;
}

fn tap_outside(at: i32, size: i32, weight: f32) -> f32 {
  return select(weight, 0.0, at >= 0 && at < size);
}

// What the taps that fall inside of an axis lack to a sum of 1.
fn lack(middle: u32, size: u32) -> f32 {
  let at = i32(middle);
  let end = i32(size);
  return DEFECT + tap_outside(at - 5, end, W0) + tap_outside(at + 5, end, W0) +
    tap_outside(at - 4, end, W1) + tap_outside(at + 4, end, W1) +
    tap_outside(at - 3, end, W2) + tap_outside(at + 3, end, W2) +
    tap_outside(at - 2, end, W3) + tap_outside(at + 2, end, W3) +
    tap_outside(at - 1, end, W4) + tap_outside(at + 1, end, W4);
}
