// dx = dy f'(x) for the function that `op` names, from x or y = f(x); one thread owns four values.
struct Uniforms { count: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
override op: u32;

fn inside(t: f32) -> bool {
  return t >= u.low && t <= u.high;
}

fn derivative(t: f32, f: f32) -> f32 {
  switch op {
    case 0u: { return u.low; }
    case 2u: { return f; }
    case 3u: { return 1.0 / t; }
    case 4u: { return 0.5 / f; }
    case 5u: { return 2.0 * t; }
    case 6u: { return -f * f; }
    case 7u: { return sign(t); }
    case 8u: { return select(0.0, 1.0, t > 0.0); }
    case 9u: { return f * (1.0 - f); }
    case 10u: { return select(0.0, f * (1.0 - f), inside(t)); }
    case 11u: { return select(0.0, 1.0 / (t * (1.0 - t)), inside(t)); }
    case 12u: { return select(1.0 / (1.0 + exp(-t)), 1.0, t > 20.0); }
    case 13u: { return 1.0 - f * f; }
    case 14u: { return normal_cdf(t) + t * normal_density(t); }
    case 15u: { return select(0.0, 1.0, inside(t)); }
    default: { return 1.0; }
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
  let f = y[i];
  let result = dy[i] * vec4f(
    derivative(t.x, f.x),
    derivative(t.y, f.y),
    derivative(t.z, f.z),
    derivative(t.w, f.w),
  );
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    dx[i] = result;
    return;
  }
  dx[i].x = result.x;
  if (rest > 1u) { dx[i].y = result.y; }
  if (rest > 2u) { dx[i].z = result.z; }
}
