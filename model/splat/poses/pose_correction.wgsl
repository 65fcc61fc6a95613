// corrected = camera_to_world T with T = (R | t) of six numbers turned into a rotation and three of a step, and its inverse; a thread owns one pose.
struct Uniforms { poses: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> poses: array<f32>;
@group(0) @binding(2) var<storage, read> corrections: array<f32>;
@group(0) @binding(3) var<storage, read_write> corrected: array<f32>;
@group(0) @binding(4) var<storage, read_write> views: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x;
  if (n >= u.poses) { return; }
  let moved = pose_at(n) * step_of(n);
  let view = inverse_of(moved);
  for (var i = 0u; i < 16u; i++) {
    corrected[16u * n + i] = moved[i % 4u][i / 4u];
    views[16u * n + i] = view[i % 4u][i / 4u];
  }
}
