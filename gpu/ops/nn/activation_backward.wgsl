// dz = dy slope of the activation that gave y; one thread owns one value.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> dz: array<f32>;

override KIND: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  // Selected, not multiplied: a slope of 0 stops an infinite dy as well.
  let slope = activation_slope(KIND, y[i]);
  dz[i] = select(dy[i] * slope, 0.0, slope == 0.0);
}
