// y = exp(x - max) / sum exp(x - max) over the channels; one thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  var largest = x[voxel];
  for (var c = 1u; c < u.channels; c++) {
    largest = max(largest, x[c * u.voxels + voxel]);
  }
  var total = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    let at = c * u.voxels + voxel;
    let e = exp(x[at] - largest);
    y[at] = e;
    total += e;
  }
  let scale = 1.0 / total;
  for (var c = 0u; c < u.channels; c++) {
    y[c * u.voxels + voxel] *= scale;
  }
}
