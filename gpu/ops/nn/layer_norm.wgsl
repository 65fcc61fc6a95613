// y = (x - mean) / sqrt(variance + eps) * weight + bias; one workgroup owns one row.
struct Uniforms { channels: u32, rows: u32, eps: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
// Mean and 1 / deviation of each row, for the backward pass.
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let start = row * u.channels;
  var sum = 0.0;
  for (var c = lane; c < u.channels; c += 64u) {
    sum += x[start + c];
  }
  let mean = workgroup_sum(sum, lane) / f32(u.channels);
  // Two passes: the variance of the differences does not cancel.
  var squares = 0.0;
  for (var c = lane; c < u.channels; c += 64u) {
    let difference = x[start + c] - mean;
    squares += difference * difference;
  }
  let inverse_deviation = inverseSqrt(workgroup_sum(squares, lane) / f32(u.channels) + u.eps);
  for (var c = lane; c < u.channels; c += 64u) {
    y[start + c] = (x[start + c] - mean) * inverse_deviation * weight[c] + bias[c];
  }
  if (lane == 0u) {
    stats[row] = vec2f(mean, inverse_deviation);
  }
}
