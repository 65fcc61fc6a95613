// One step of AdamW (Loshchilov and Hutter 2019) on a parameter: g = factor * gradient,
// m += (1 - beta1)(g - m), v += (1 - beta2)(g^2 - v),
// p = p * decay - rate * m / (sqrt(v) * correction + eps); one thread owns four values.
struct Uniforms {
  count: u32,
  decay: f32,
  rate: f32,
  correction: f32,
  eps: f32,
  beta1: f32,
  beta2: f32,
  // 1 - beta, rounded once: in f32 the difference of 1 and 0.999 is off by 1e-5 of itself.
  one_minus_beta1: f32,
  one_minus_beta2: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(5) var<storage, read> factor: array<f32>;
// How many gradients of the whole model are NaN or infinite; the step is left out unless 0.
@group(0) @binding(6) var<storage, read> broken: array<u32>;
override scaled: bool;
override guarded: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  if (guarded && broken[0] != 0u) { return; }
  var g = gradient[i];
  if (scaled) { g *= factor[0]; }
  let m = u.beta1 * first[i] + u.one_minus_beta1 * g;
  let v = u.beta2 * second[i] + u.one_minus_beta2 * g * g;
  let p = value[i] * u.decay - u.rate * m / (sqrt(v) * u.correction + u.eps);
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    first[i] = m;
    second[i] = v;
    value[i] = p;
    return;
  }
  for (var lane = 0u; lane < rest; lane++) {
    first[i][lane] = m[lane];
    second[i][lane] = v[lane];
    value[i][lane] = p[lane];
  }
}
