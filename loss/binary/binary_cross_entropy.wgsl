// partials = sums over voxels of -log of the probability given to what is there, and of 1;
// a workgroup strides over the voxels.
struct Uniforms { voxels: u32, empty: u32, ignore: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var voxel = group.x * 64u + lane; voxel < u.voxels; voxel += groups.x * 64u) {
    let label = labels[voxel];
    if (label == u.ignore || label == 0xffffffffu) { continue; }
    let p = clamp(probs[voxel], u.low, u.high);
    sum += vec2f(-log(select(1.0 - p, p, label != u.empty)), 1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
