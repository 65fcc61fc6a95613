// moments = means, then 1 / sqrt(variance + eps), of the batch or running, and the running ones' update; one thread owns one channel.
struct Uniforms { channels: u32, count: f32, momentum: f32, eps: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> squares: array<f32>;
@group(0) @binding(3) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> running_variance: array<f32>;
@group(0) @binding(5) var<storage, read_write> moments: array<f32>;

override TRAINING: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let channel = id.x + id.y * groups.x * 64u;
  if (channel >= u.channels) { return; }
  if (TRAINING) {
    let variance = squares[channel] / u.count;
    let mean = sums[channel] / u.count;
    moments[channel] = mean;
    moments[u.channels + channel] = 1.0 / sqrt(variance + u.eps);
    // The running variance is the unbiased one.
    let unbiased = squares[channel] / max(1.0, u.count - 1.0);
    running_mean[channel] = mix(running_mean[channel], mean, u.momentum);
    running_variance[channel] = mix(running_variance[channel], unbiased, u.momentum);
  } else {
    moments[channel] = running_mean[channel];
    moments[u.channels + channel] = 1.0 / sqrt(running_variance[channel] + u.eps);
  }
}
