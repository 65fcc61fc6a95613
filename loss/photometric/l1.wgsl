// partials = (sum of |x - target| |mask|, how many), for a workgroup that strides over the values.
struct Uniforms { count: u32, masked: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> goal: array<f32>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var i = group.x * 64u + lane; i < u.count; i += groups.x * 64u) {
    var difference = abs(x[i] - goal[i]);
    if (u.masked == 1u) {
      difference *= abs(mask[i]);
    }
    sum += vec2f(difference, 1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let count = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, count);
  }
}
