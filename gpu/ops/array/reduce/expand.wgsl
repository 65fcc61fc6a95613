// y = factor * x, x broadcast to y; one thread owns four values.
struct Uniforms {
  count: u32,
  start: u32,
  divide: u32,
  modulo: u32,
  factor: f32,
  inner: vec4u,
  outer: vec2u,
  x_inner: vec4u,
  x_outer: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
override mode: u32;

fn at(k: u32) -> f32 { return x[k >> 2u][k & 3u]; }

fn value_of(k: u32) -> f32 {
  if (mode == 4u) { return at(k / u.divide % u.modulo); }
  return at(strided(k, u.inner, u.outer, u.x_inner, u.x_outer));
}

fn fetch(i: u32) -> vec4f {
  let k = u.start + 4u * i;
  switch mode {
    case 0u: { return x[i]; }
    case 1u: { return vec4f(x[0].x); }
    case 2u: { return x[(k % u.modulo) >> 2u]; }
    case 3u: { return vec4f(at(k / u.divide % u.modulo)); }
    default: { return vec4f(value_of(k), value_of(k + 1u), value_of(k + 2u), value_of(k + 3u)); }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  let result = u.factor * fetch(i);
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    y[i] = result;
    return;
  }
  y[i].x = result.x;
  if (rest > 1u) { y[i].y = result.y; }
  if (rest > 2u) { y[i].z = result.z; }
}
