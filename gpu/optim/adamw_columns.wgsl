// One step of AdamW as in adamw.wgsl on the first columns of each row, the others having had no gradient
// ever: theirs and their moments are 0, and without decay nothing moves; one thread owns one value.
struct Uniforms {
  count: u32,
  rate: f32,
  correction: f32,
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
@group(0) @binding(5) var<storage, read> factor: array<f32>;
@group(0) @binding(6) var<storage, read> broken: array<u32>;
// Known to the compiler, for divisions by other numbers are slow.
override WIDTH: u32;
override COLUMNS: u32;
override scaled: bool;
override guarded: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k >= u.count) { return; }
  if (guarded && broken[0] != 0u) { return; }
  let i = k / COLUMNS * WIDTH + k % COLUMNS;
  var g = gradient[i];
  if (scaled) { g *= factor[0]; }
  let m = u.beta1 * first[i] + u.one_minus_beta1 * g;
  let v = u.beta2 * second[i] + u.one_minus_beta2 * g * g;
  first[i] = m;
  second[i] = v;
  value[i] -= u.rate * m / (sqrt(v) * u.correction + u.eps);
}
