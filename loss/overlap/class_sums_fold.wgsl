// sums[c] = sum of a class's partials; one workgroup owns one class.
struct Uniforms { groups: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<ClassSums>;
@group(0) @binding(2) var<storage, read_write> sums: array<ClassSums>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum: ClassSums;
  for (var i = lane; i < u.groups; i += 64u) {
    let part = partials[group.x * u.groups + i];
    sum.p_inside += part.p_inside;
    sum.q_inside += part.q_inside;
    sum.inside += part.inside;
    sum.p_outside += part.p_outside;
    sum.q_outside += part.q_outside;
    sum.outside += part.outside;
    sum.squares += part.squares;
  }
  sum.p_inside = workgroup_sum(sum.p_inside, lane);
  sum.q_inside = workgroup_sum(sum.q_inside, lane);
  sum.inside = workgroup_sum(sum.inside, lane);
  sum.p_outside = workgroup_sum(sum.p_outside, lane);
  sum.q_outside = workgroup_sum(sum.q_outside, lane);
  sum.outside = workgroup_sum(sum.outside, lane);
  sum.squares = workgroup_sum(sum.squares, lane);
  if (lane == 0u) {
    sums[group.x] = sum;
  }
}
