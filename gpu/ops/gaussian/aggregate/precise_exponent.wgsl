// e = exp(-d A d / 2) and A d to the precision of f32 whatever the shape: of a flat Gaussian, d A d is a
// small difference of numbers up to 1e6, so it is summed in pairs (value, what its rounding left),
// after Dekker 1971. Some ten times the arithmetic of `exponent_of`.
struct Precise { e: f32, pull: vec3f }

fn precise_gaussian(mean: vec3f, position: vec3f, shape: vec4f, cross: vec2f) -> Precise {
  let x = pair_sum(mean.x, -position.x);
  let y = pair_sum(mean.y, -position.y);
  let z = pair_sum(mean.z, -position.z);
  let ax = pair_add(pair_add(pair_scale(x, shape.x), pair_scale(y, shape.w)), pair_scale(z, cross.y));
  let ay = pair_add(pair_add(pair_scale(x, shape.w), pair_scale(y, shape.y)), pair_scale(z, cross.x));
  let az = pair_add(pair_add(pair_scale(x, cross.y), pair_scale(y, cross.x)), pair_scale(z, shape.z));
  let form = pair_add(pair_add(pair_multiply(x, ax), pair_multiply(y, ay)), pair_multiply(z, az));
  return Precise(precise_exp(-0.5 * form), vec3f(ax.x, ay.x, az.x));
}

// exp of a pair: a power of two times the exponential of what is less than half of log 2.
fn precise_exp(x: vec2f) -> f32 {
  if (x.x < -87.0) { return 0.0; }
  let power = round(x.x * 1.4426950408889634);
  // log 2 in two parts, the first one short enough for an exact product.
  let rest = fma(-power, 1.42860677e-6, fma(-power, 0.693145751953125, x.x)) + x.y;
  return exp(rest) * bitcast<f32>(u32(i32(power) + 127) << 23u);
}

fn pair_sum(a: f32, b: f32) -> vec2f {
  let s = opaque(a + b);
  let part = opaque(s - a);
  return vec2f(s, (a - (s - part)) + (b - part));
}

// The value itself, by way of a uniform that is 0: shader compilers take (a + b) - a for b and would
// find nothing left by rounding. WGSL has no word to forbid it.
fn opaque(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ u.nothing);
}

fn pair_add(a: vec2f, b: vec2f) -> vec2f {
  let s = pair_sum(a.x, b.x);
  return pair_sum(s.x, s.y + (a.y + b.y));
}

// What the rounding of a product leaves, from factors cut into halves whose products are exact: some
// adapters (llvmpipe) round an fma twice.
fn product_rest(a: f32, b: f32, product: f32) -> f32 {
  let a_high = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let a_low = a - a_high;
  let b_low = b - b_high;
  return ((a_high * b_high - product) + (a_high * b_low + a_low * b_high)) + a_low * b_low;
}

fn pair_scale(a: vec2f, b: f32) -> vec2f {
  let p = a.x * b;
  return pair_sum(p, product_rest(a.x, b, p) + a.y * b);
}

fn pair_multiply(a: vec2f, b: vec2f) -> vec2f {
  let p = a.x * b.x;
  return pair_sum(p, product_rest(a.x, b.x, p) + (a.x * b.y + a.y * b.x));
}
