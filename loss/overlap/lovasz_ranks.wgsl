// partials = sum over the ranks of a class of error * step of the Jaccard loss (Berman et al. 2018,
// algorithm 1), and dprobs = step * d error / d p / classes seen; the workgroups of a class stride over its
// ranks.
struct Uniforms { voxels: u32, first_class: u32, classes: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> counts: array<u32>;
// Ranks of each class, then classes seen.
@group(0) @binding(4) var<storage, read> sizes: array<u32>;
@group(0) @binding(5) var<storage, read> order: array<u32>;
// Over all classes, one after the other.
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
  let class_index = u.first_class + group.y;
  let seen = f32(sizes[u.classes]);
  let hits = counts[class_index];
  let ranks = sizes[group.y];
  let first = group.y * u.voxels;
  let before_all = hits_before[first];
  var sum = 0.0;
  for (var k = group.x * 64u + lane; k < ranks; k += groups.x * 64u) {
    let voxel = order[first + k];
    let at = class_index * u.voxels + voxel;
    let hit = labels[voxel] == class_index;
    let before = hits_before[first + k] - before_all;
    let missed = hits - before;
    let joined = hits + (k - before);
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
    partials[class_index * groups.x + group.x] = total / max(seen, 1.0);
  }
}
