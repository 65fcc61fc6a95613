// y = f(a, b) for the function that `op` names, a and b broadcast to y; one thread owns four values.
struct Uniforms {
  count: u32,
  start: u32,
  a_divide: u32,
  a_modulo: u32,
  b_divide: u32,
  b_modulo: u32,
  inner: vec4u,
  outer: vec2u,
  a_inner: vec4u,
  a_outer: vec2u,
  b_inner: vec4u,
  b_outer: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
override op: u32;
override a_mode: u32;
override b_mode: u32;

fn a_at(k: u32) -> f32 { return a[k >> 2u][k & 3u]; }
fn b_at(k: u32) -> f32 { return b[k >> 2u][k & 3u]; }

fn a_of(k: u32) -> f32 {
  if (a_mode == 4u) { return a_at(k / u.a_divide % u.a_modulo); }
  return a_at(strided(k, u.inner, u.outer, u.a_inner, u.a_outer));
}

fn b_of(k: u32) -> f32 {
  if (b_mode == 4u) { return b_at(k / u.b_divide % u.b_modulo); }
  return b_at(strided(k, u.inner, u.outer, u.b_inner, u.b_outer));
}

fn fetch_a(i: u32) -> vec4f {
  let k = u.start + 4u * i;
  switch a_mode {
    case 0u: { return a[i]; }
    case 1u: { return vec4f(a[0].x); }
    case 2u: { return a[(k % u.a_modulo) >> 2u]; }
    case 3u: { return vec4f(a_at(k / u.a_divide % u.a_modulo)); }
    default: { return vec4f(a_of(k), a_of(k + 1u), a_of(k + 2u), a_of(k + 3u)); }
  }
}

fn fetch_b(i: u32) -> vec4f {
  let k = u.start + 4u * i;
  switch b_mode {
    case 0u: { return b[i]; }
    case 1u: { return vec4f(b[0].x); }
    case 2u: { return b[(k % u.b_modulo) >> 2u]; }
    case 3u: { return vec4f(b_at(k / u.b_divide % u.b_modulo)); }
    default: { return vec4f(b_of(k), b_of(k + 1u), b_of(k + 2u), b_of(k + 3u)); }
  }
}

// Compilers take p != p for false, so the bits decide.
fn is_nan(p: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(p) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}

fn apply(p: vec4f, q: vec4f) -> vec4f {
  switch op {
    case 0u: { return p + q; }
    case 1u: { return p - q; }
    case 2u: { return p * q; }
    case 3u: { return p / q; }
    // NaN on either side wins, as it must reach the check for it.
    case 4u: { return select(q, p, (p > q) | is_nan(p)); }
    case 5u: { return select(q, p, (p < q) | is_nan(p)); }
    // The share of the gradient that a maximum hands to p: ties are split.
    case 6u: { return select(select(vec4f(0.0), vec4f(0.5), p == q), vec4f(1.0), p > q); }
    default: { return -(p * q); }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  let result = apply(fetch_a(i), fetch_b(i));
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    y[i] = result;
    return;
  }
  y[i].x = result.x;
  if (rest > 1u) { y[i].y = result.y; }
  if (rest > 2u) { y[i].z = result.z; }
}
