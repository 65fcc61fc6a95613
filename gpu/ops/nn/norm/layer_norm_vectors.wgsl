// y = (x - mean) / sqrt(variance + eps) * weight + bias; LANES threads own one row of whole vec4s.
struct Uniforms { vectors: u32, rows: u32, eps: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
// Mean and 1 / deviation of each row, for the backward pass.
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.x + group.y * groups.x) * (64u / LANES) + lane / LANES;
  let own = lane % LANES;
  // Threads past the last row run along, for the barriers, but have no vectors.
  let count = select(0u, u.vectors, row < u.rows);
  let start = row * u.vectors;
  let channels = f32(4u * u.vectors);
  var sum = vec4f(0.0);
  for (var c = own; c < count; c += LANES) {
    sum += x[start + c];
  }
  let mean = row_sum(sum.x + sum.y + sum.z + sum.w, lane) / channels;
  // Two passes: the variance of the differences does not cancel.
  var squares = vec4f(0.0);
  for (var c = own; c < count; c += LANES) {
    let difference = x[start + c] - mean;
    squares += difference * difference;
  }
  let variance = row_sum(squares.x + squares.y + squares.z + squares.w, lane) / channels;
  let inverse_deviation = inverseSqrt(variance + u.eps);
  for (var c = own; c < count; c += LANES) {
    y[start + c] = (x[start + c] - mean) * inverse_deviation * weight[c] + bias[c];
  }
  if (own == 0u && row < u.rows) {
    stats[row] = vec2f(mean, inverse_deviation);
  }
}
