// partials = (sum of |img1 - img2|, sum of the map of similarity), for a workgroup that strides over pixels.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read> map: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var i = group.x * 64u + lane; i < u.count; i += groups.x * 64u) {
    sum += vec2f(abs(img1[i] - img2[i]), map[i]);
  }
  let difference = workgroup_sum(sum.x, lane);
  let similarity = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(difference, similarity);
  }
}
