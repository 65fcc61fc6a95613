// y = (x - mean) / sqrt(variance + eps) * weight + bias; LANES threads own one row.
struct Uniforms { elements: u32, rows: u32, eps: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read> bias: array<Element>;
@group(0) @binding(4) var<storage, read_write> y: array<Element>;
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
  // Threads past the last row run along, for the barriers, but have no elements.
  let count = select(0u, u.elements, row < u.rows);
  let start = row * u.elements;
  let channels = f32(WIDTH * u.elements);
  var sum = Element();
  for (var c = own; c < count; c += LANES) {
    sum += x[start + c];
  }
  let mean = row_sum(element_sum(sum), lane) / channels;
  // Two passes: the variance of the differences does not cancel.
  var squares = Element();
  for (var c = own; c < count; c += LANES) {
    let difference = x[start + c] - mean;
    squares += difference * difference;
  }
  let variance = row_sum(element_sum(squares), lane) / channels;
  let inverse_deviation = inverseSqrt(variance + u.eps);
  for (var c = own; c < count; c += LANES) {
    y[start + c] = (x[start + c] - mean) * inverse_deviation * weight[c] + bias[c];
  }
  if (own == 0u && row < u.rows) {
    stats[row] = vec2f(mean, inverse_deviation);
  }
}
