// moments = means, then 1 / sqrt(variance + eps) of a batch [images, channels, plane], and the running ones'
// update; one thread owns one channel (software adapters: one dispatch, no barriers).
struct Uniforms { images: u32, channels: u32, plane: u32, count: f32, momentum: f32, eps: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> running_variance: array<f32>;
@group(0) @binding(4) var<storage, read_write> moments: array<f32>;

// Sums of short runs are added up apart: rounding grows with the length of a run.
const RUN = 64u;

// Sum of x - center, or of its square.
fn channel_sum(channel: u32, center: f32, squared: bool) -> f32 {
  let plane = u.plane / 4u;
  var total = vec4f(0.0);
  for (var image = 0u; image < u.images; image++) {
    var at = (image * u.channels + channel) * plane;
    let end = at + plane;
    while (at < end) {
      let run_end = min(end, at + RUN);
      var sum = vec4f(0.0);
      for (; at < run_end; at++) {
        let value = x[at] - center;
        sum += select(value, value * value, squared);
      }
      total += sum;
    }
  }
  return (total.x + total.y) + (total.z + total.w);
}

@compute @workgroup_size(8)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let channel = id.x + id.y * groups.x * 8u;
  if (channel >= u.channels) { return; }
  let mean = channel_sum(channel, 0.0, false) / u.count;
  let squares = channel_sum(channel, mean, true);
  moments[channel] = mean;
  moments[u.channels + channel] = 1.0 / sqrt(squares / u.count + u.eps);
  // The running variance is the unbiased one.
  let unbiased = squares / max(1.0, u.count - 1.0);
  running_mean[channel] = mix(running_mean[channel], mean, u.momentum);
  running_variance[channel] = mix(running_variance[channel], unbiased, u.momentum);
}
