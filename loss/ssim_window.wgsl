// The 11 taps of a Gaussian of sigma 1.5 as the fused SSIM kernels of 3DGS round them.
const W0 = 0.001028380123898387;
const W1 = 0.0075987582094967365;
const W2 = 0.036000773310661316;
const W3 = 0.10936068743467331;
const W4 = 0.21300552785396576;
const W5 = 0.26601171493530273;
// What the 11 taps lack to a sum of 1.
const DEFECT = 3.1199306e-8;

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
