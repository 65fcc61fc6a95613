// partials = sums over voxels of -factor w_y alpha (1 - p_y)^gamma log p_y and of 1;
// a workgroup strides over the voxels.
struct Uniforms { channels: u32, voxels: u32, ignore: u32, gamma: f32, alpha: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> factors: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;
override WEIGHTED: u32 = 0u;
override FACTORED: u32 = 0u;

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
    var weight = u.alpha;
    if (WEIGHTED != 0u) { weight *= weights[label]; }
    if (FACTORED != 0u) { weight *= factors[voxel]; }
    let p = clamp(probs[label * u.voxels + voxel], 1.1754944e-38, 1.0);
    sum += vec2f(-weight * pow(1.0 - p, u.gamma) * log(p), 1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
