// dx = y (dy - sum over channels of y dy); one thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  var product = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    let at = c * u.voxels + voxel;
    product += y[at] * dy[at];
  }
  for (var c = 0u; c < u.channels; c++) {
    let at = c * u.voxels + voxel;
    dx[at] = y[at] * (dy[at] - product);
  }
}
