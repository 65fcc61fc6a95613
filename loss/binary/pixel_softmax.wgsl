// partials = sums over all bins of the binary cross-entropy of softmax(x) with t, and of 1; one thread
// owns a ray at a time.
struct Uniforms { rays: u32, bins: u32 }
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
  for (var ray = group.x * 64u + lane; ray < u.rays; ray += groups.x * 64u) {
    let start = ray * u.bins;
    let softmax = ray_softmax(start, u.bins);
    var total = 0.0;
    for (var i = 0u; i < u.bins; i++) {
      let t = targets[start + i];
      let log_q = log_probability(softmax, logits[start + i]);
      let log_rest = log_complement(softmax, i, exp(log_q));
      total -= t * max(log_q, LOG_FLOOR) + (1.0 - t) * max(log_rest, LOG_FLOOR);
    }
    sum += vec2f(total, f32(u.bins));
  }
  let value = workgroup_sum(sum.x, lane);
  let weight = workgroup_sum(sum.y, lane);
  if (lane == 0u) {
    partials[group.x] = vec2f(value, weight);
  }
}
