// partials = sum over the ranks of one class of error * step of the Jaccard loss (Berman et al. 2018,
// algorithm 1), and dprobs = step * d error / d p / classes seen; a workgroup strides over the ranks.
struct Uniforms { class_index: u32, voxels: u32, channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(4) var<storage, read> size: array<u32>;
@group(0) @binding(5) var<storage, read> order: array<u32>;
@group(0) @binding(6) var<storage, read> hits_before: array<u32>;
@group(0) @binding(7) var<storage, read_write> partials: array<f32>;
@group(0) @binding(8) var<storage, read_write> dprobs: array<f32>;
override GRADIENT: u32 = 1u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var seen = 0.0;
  for (var c = 0u; c < u.channels; c++) {
    seen += select(0.0, 1.0, counts[c] > 0u);
  }
  let hits = counts[u.class_index];
  let ranks = min(size[0], u.voxels);
  var sum = 0.0;
  for (var k = group.x * 64u + lane; k < ranks; k += groups.x * 64u) {
    let at = u.class_index * u.voxels + order[k];
    let hit = labels[order[k]] == u.class_index;
    let missed = hits - hits_before[k];
    let joined = hits + (k - hits_before[k]);
    // J_k - J_(k-1) of J = 1 - missed / joined in closed form: the difference of two numbers near 1
    // would keep nothing of a step of 1 / 640 000 in f32.
    var step = 0.0;
    if (hit) {
      step = 1.0 / f32(joined);
    } else {
      step = f32(missed) / f32(joined) / f32(joined + 1u);
    }
    let difference = probs[at] - select(0.0, 1.0, hit);
    sum += step * abs(difference);
    if (GRADIENT != 0u) {
      dprobs[at] = step * sign(difference) / seen;
    }
  }
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) {
    partials[u.class_index * groups.x + group.x] = total / max(seen, 1.0);
  }
}
