// Adam without correction of its bias, on rows in the picture only: m += 0.1 (g - m), v += 0.001 (g^2 - v),
// p -= rate m / (sqrt(v) + eps) (3DGS's accelerated variant); one thread owns one value.
struct Uniforms {
  count: u32,
  width: u32,
  rate: f32,
  eps: f32,
  beta1: f32,
  beta2: f32,
  one_minus_beta1: f32,
  one_minus_beta2: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> value: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> first: array<f32>;
@group(0) @binding(4) var<storage, read_write> second: array<f32>;
@group(0) @binding(5) var<storage, read> radii: array<i32>;
@group(0) @binding(6) var<storage, read> broken: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count || broken[0] != 0u || radii[i / u.width] <= 0) { return; }
  let g = gradient[i];
  let m = u.beta1 * first[i] + u.one_minus_beta1 * g;
  let v = u.beta2 * second[i] + u.one_minus_beta2 * g * g;
  first[i] = m;
  second[i] = v;
  value[i] -= u.rate * m / (sqrt(v) + u.eps);
}
