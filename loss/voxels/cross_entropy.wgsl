// partials = sums of w_y (log sum_c exp x_c - x_y) and of w_y; a workgroup strides over the voxels.
struct Uniforms { channels: u32, voxels: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
// Maximum of a voxel's logits and 1 / sum exp (x - maximum), for the backward pass.
@group(0) @binding(4) var<storage, read_write> normalisers: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;
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
    // The sum is rescaled whenever the maximum grows, so the logits are read once.
    var largest = logits[voxel];
    var total = 1.0;
    for (var c = 1u; c < u.channels; c++) {
      let x = logits[c * u.voxels + voxel];
      let shrink = exp(-abs(x - largest));
      total = select(total + shrink, total * shrink + 1.0, x > largest);
      largest = max(largest, x);
    }
    normalisers[voxel] = vec2f(largest, 1.0 / total);
    var weight = 1.0;
    if (WEIGHTED != 0u) { weight = weights[label]; }
    let nll = log(total) + (largest - logits[label * u.voxels + voxel]);
    sum += vec2f(weight * nll, weight);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
