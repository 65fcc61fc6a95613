// Adam's moments m, v as a step u = m / (sqrt(v) + tiny) and a size s = log(1 + sqrt(v) / tiny), and back.
// Logarithm and exponential are ours, off by less than the rounding of s itself, 16 units of its root's
// last place at s = 28, where WGSL grants exp 59.
const TINY = 1e-15;
// Steps end here, so that twice the largest, the width of a block, is a divisor that WGSL allows.
const LARGEST_STEP = 4e37;
const LARGEST_ROOT = 1.8446742e19;
const LARGEST = 3.4e38;
// log 2 in two parts, the first of 10 bits so that its multiples are exact.
const LOG2_HIGH = 0.693359375;
const LOG2_LOW = -2.12194440e-4;

fn step_and_size(m: f32, v: f32) -> vec2f {
  let root = sqrt(max(v, 0.0));
  let divisor = root + TINY;
  let most = LARGEST_STEP * min(divisor, 8.0);
  let step = clamp(m, -most, most) / divisor;
  return vec2f(clamp(step, -LARGEST_STEP, LARGEST_STEP), log_of_one_and(root * 1e15));
}

fn moments_of(step: f32, size: f32) -> vec2f {
  let root = min(TINY * exp_less_one(size), LARGEST_ROOT);
  // Where the product would overflow, it ends at the largest number instead.
  let divisor = root + TINY;
  let most = LARGEST / max(divisor, 1.0);
  return vec2f(clamp(step, -most, most) * divisor, root * root);
}

// log(1 + x) for x >= 0: e log 2 + 2 atanh((f - 1) / (f + 1)) where 1 + x = 2^e f, f near 1.
fn log_of_one_and(x: f32) -> f32 {
  var power = 0.0;
  var z = x / (2.0 + x);
  if (x >= 0.5) {
    // So that f is from sqrt(1 / 2) to sqrt(2), whose bits are 0x3f3504f3.
    let bits = bitcast<i32>(1.0 + x);
    let e = (bits - 0x3f3504f3) >> 23u;
    let f = bitcast<f32>(bits - (e << 23u));
    power = f32(e);
    z = (f - 1.0) / (f + 1.0);
  }
  let q = z * z;
  let series = q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q / 11.0))));
  return power * LOG2_HIGH + (power * LOG2_LOW + (2.0 * z + 2.0 * z * series));
}

// exp(x) - 1 for 0 <= x < 80, by Taylor's series within half of log 2.
fn exp_less_one(x: f32) -> f32 {
  let power = round(x * 1.4426950408889634);
  let f = (x - power * LOG2_HIGH) - power * LOG2_LOW;
  let tail = 1.0 + f * 0.25 * (1.0 + f * 0.2 * (1.0 + f / 6.0 * (1.0 + f / 7.0)));
  let rest = f + f * f * 0.5 * (1.0 + f / 3.0 * tail);
  let scale = bitcast<f32>((i32(power) + 127) << 23u);
  return scale * rest + (scale - 1.0);
}
