// partials = sums of the binary cross-entropy of sigmoid(x) with t, and of 1; a workgroup strides over
// the elements.
struct Uniforms { size: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec2f(0.0);
  for (var i = group.x * 64u + lane; i < u.size; i += groups.x * 64u) {
    let x = logits[i];
    let t = targets[i];
    sum -= vec2f(t * max(log_sigmoid(x), -100.0) + (1.0 - t) * max(log_sigmoid(-x), -100.0), -1.0);
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
