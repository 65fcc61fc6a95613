// y = f(x) for the function that `op` names; one thread owns four values.
struct Uniforms { count: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
override op: u32;

// Comparisons are written so that NaN passes through, for it must reach the check for it.
fn clamp_nan(t: f32, low: f32, high: f32) -> f32 {
  return select(select(t, low, t < low), high, t > high);
}

// By bits, for compilers may take it that there are no NaNs.
fn is_nan(t: f32) -> bool {
  return (bitcast<u32>(t) & 0x7fffffffu) > 0x7f800000u;
}

// WGSL leaves it open what exp and log make of NaN, and log of numbers that are not positive.
fn exp_nan(t: f32) -> f32 {
  return select(exp(t), t, is_nan(t));
}

fn log_nan(t: f32) -> f32 {
  let bits = bitcast<u32>(t);
  if (t > 0.0) { return log(t); }
  // Of 0 minus infinity; of the others NaN, from bits that are known at run time only.
  return bitcast<f32>(select(bits | 0x7fc00000u, (bits & 0x80000000u) | 0xff800000u, t == 0.0));
}

// log(1 + e) for e in [0, 1] by the series of 2 atanh(e / (2 + e)), exact to f32 near 0 too.
fn log1p_unit(e: f32) -> f32 {
  let s = e / (2.0 + e);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 +
    q * (1.0 / 11.0 + q * (1.0 / 13.0 + q / 15.0)))))));
}

fn tanh_exact(t: f32) -> f32 {
  let m = abs(t);
  if (m < 0.25) {
    let q = t * t;
    // The quotient below would cancel here.
    return t * (1.0 + q * (-1.0 / 3.0 + q * (2.0 / 15.0 + q * (-17.0 / 315.0 + q * 62.0 / 2835.0))));
  }
  let e = exp(-2.0 * m);
  return sign(t) * (1.0 - e) / (1.0 + e);
}

fn apply(t: f32) -> f32 {
  switch op {
    case 0u: { return t * u.low; }
    case 1u: { return t + u.low; }
    case 2u: { return exp_nan(t); }
    case 3u: { return log_nan(t); }
    case 4u: { return sqrt(t); }
    case 5u: { return t * t; }
    case 6u: { return 1.0 / t; }
    case 7u: { return abs(t); }
    case 8u: { return select(t, 0.0, t <= 0.0); }
    case 9u: { return 1.0 / (1.0 + exp_nan(-t)); }
    case 10u: { return 1.0 / (1.0 + exp_nan(-clamp_nan(t, u.low, u.high))); }
    case 11u: {
      let p = clamp_nan(t, u.low, u.high);
      return log_nan(p / (1.0 - p));
    }
    case 12u: { return select(max(t, 0.0) + log1p_unit(exp(-abs(t))), t, t > 20.0); }
    case 13u: { return tanh_exact(t); }
    case 14u: { return t * normal_cdf(t); }
    case 15u: { return clamp_nan(t, u.low, u.high); }
    default: { return t; }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  let t = x[i];
  let result = vec4f(apply(t.x), apply(t.y), apply(t.z), apply(t.w));
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    y[i] = result;
    return;
  }
  y[i].x = result.x;
  if (rest > 1u) { y[i].y = result.y; }
  if (rest > 2u) { y[i].z = result.z; }
}
