// y = 1 / x where x lies beyond the least, else 0; one value a thread.
struct Uniforms {
  count: u32,
  least: f32,
  // 1 where values below zero count by their magnitude.
  either: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let value = x[i];
  var result = 0.0;
  if (select(value, abs(value), u.either == 1u) > u.least) {
    result = 1.0 / value;
  }
  y[i] = result;
}
