// partials = sums over voxels, for one class, of what its overlap with the labels is made of;
// a workgroup owns one class (y) and strides over the voxels (x).
struct Uniforms { voxels: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> partials: array<ClassSums>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let class_index = group.y;
  let start = class_index * u.voxels;
  var inside = vec3f(0.0);
  var outside = vec3f(0.0);
  var squares = 0.0;
  for (var voxel = group.x * 64u + lane; voxel < u.voxels; voxel += groups.x * 64u) {
    let label = labels[voxel];
    if (label == u.ignore || label == 0xffffffffu) { continue; }
    let p = probs[start + voxel];
    let term = vec3f(p, 1.0 - p, 1.0);
    inside += select(vec3f(0.0), term, label == class_index);
    outside += select(term, vec3f(0.0), label == class_index);
    squares += p * p;
  }
  var sums: ClassSums;
  sums.p_inside = workgroup_sum(inside.x, lane);
  sums.q_inside = workgroup_sum(inside.y, lane);
  sums.inside = workgroup_sum(inside.z, lane);
  sums.p_outside = workgroup_sum(outside.x, lane);
  sums.q_outside = workgroup_sum(outside.y, lane);
  sums.outside = workgroup_sum(outside.z, lane);
  sums.squares = workgroup_sum(squares, lane);
  if (lane == 0u) {
    partials[class_index * groups.x + group.x] = sums;
  }
}
