// partials = sums of -w_y log clamp(p_y, low, high) and of w_y; a workgroup strides over the voxels.
struct Uniforms { channels: u32, voxels: u32, ignore: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec2f>;
override WEIGHTED: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var voxel = group.x * 64u + lane; voxel < u.voxels; voxel += groups.x * 64u) {
    let label = labels[voxel];
    if (label == u.ignore || label >= u.channels) { continue; }
    var weight = 1.0;
    if (WEIGHTED != 0u) { weight = weights[label]; }
    let p = clamp(probs[label * u.voxels + voxel], u.low, u.high);
    sum += vec2f(-weight * log(p), weight);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
