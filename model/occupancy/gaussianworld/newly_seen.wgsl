// Brings the centre of each prior Gaussian back into the frame before, and tells whether it was beyond the sides of the box there; a thread owns one Gaussian.
struct Uniforms {
  motion_x: vec4f, motion_y: vec4f, motion_z: vec4f, low: vec3f, count: u32, range: vec3f, width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> prior: array<f32>;
@group(0) @binding(2) var<storage, read_write> moved: array<f32>;
@group(0) @binding(3) var<storage, read_write> seen: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.count) { return; }
  let raw = vec3f(prior[g * u.width], prior[g * u.width + 1u], prior[g * u.width + 2u]);
  let now = vec4f(fma(safe_sigmoid(raw), u.range, u.low), 1.0);
  let before = vec3f(dot(u.motion_x, now), dot(u.motion_y, now), dot(u.motion_z, now));
  for (var axis = 0u; axis < 3u; axis++) {
    moved[3u * g + axis] = before[axis];
  }
  let high = u.low + u.range;
  let beyond = any(before.xy < u.low.xy) || any(before.xy > high.xy);
  seen[g] = select(0u, 1u, beyond);
}
