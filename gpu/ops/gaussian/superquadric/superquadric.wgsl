// f = (tx + ty)^(u/v) + tz with tx, ty = (Y^2)^(1/u), tz = (Y^2)^(1/v) of the scaled local position Y, and p = exp(-f/2); in logarithms (base 2), so that no power overflows and nothing is divided by a power that underflowed.
const LOG2_E = 1.4426950408889634;

struct Superquadric { f: f32, p: f32, a: f32, b: f32, log_a: f32, log_b: f32, shares: vec2f, entropy: f32 }

// Whether the exponent passes the cut for sure: f is at least (Y^2)^(1/v) on each axis, `bound` is
// cut^v. Written so that what is no number is outside too.
fn outside(y: vec3f, bound: f32) -> bool {
  return !(dot(y, y) <= 3.0 * bound);
}

// `inverse` is 1/u, 1/v, u/v.
fn superquadric_at(y: vec3f, inverse: vec3f, cut: f32) -> Superquadric {
  let logs = log2(max(y * y, vec3f(1e-24)));
  let x = logs.x * inverse.x;
  let z = logs.y * inverse.x;
  let ratio = exp2(-abs(x - z));
  let larger = 1.0 / (1.0 + ratio);
  let rest = log2(1.0 + ratio);
  let log_a = (max(x, z) + rest) * inverse.z;
  let log_b = logs.z * inverse.y;
  let a = exp2(log_a);
  let b = exp2(log_b);
  let f = a + b;
  let p = select(0.0, exp2(-0.5 * LOG2_E * f), f <= cut);
  // Shares of tx and ty in their sum, each to full precision, and their entropy in units of log 2.
  let smaller = ratio * larger;
  let shares = select(vec2f(smaller, larger), vec2f(larger, smaller), x >= z);
  let entropy = rest + smaller * abs(x - z);
  return Superquadric(f, p, a, b, log_a, log_b, shares, entropy);
}

// The cells of a box that `pack_superquadrics` wrote.
struct Box { low: vec3u, high: vec3u }

fn box_of(packed: vec3f) -> Box {
  let pairs = vec3u(packed);
  let lower = pairs & vec3u(1023u);
  let upper = pairs >> vec3u(10u);
  return Box(vec3u(lower.x, upper.x, lower.z), vec3u(lower.y, upper.y, upper.z));
}

// 1 - exp(-f/2), by its series where the difference would cancel.
fn hidden_of(f: f32, p: f32) -> f32 {
  let x = 0.5 * f;
  return select(1.0 - p, x * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x / 24.0))), x < 0.05);
}
