// dx = (g - mean(g) - n mean(g n)) / deviation, g = dy weight, n = normalised x; LANES threads own one
// row.
struct Uniforms { elements: u32, rows: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read> stats: array<vec2f>;
@group(0) @binding(4) var<storage, read> dy: array<Element>;
@group(0) @binding(5) var<storage, read_write> dx: array<Element>;

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
  let mean = stats[min(row, u.rows - 1u)].x;
  let inverse_deviation = stats[min(row, u.rows - 1u)].y;
  var sum = Element();
  var product = Element();
  for (var c = own; c < count; c += LANES) {
    let g = dy[start + c] * weight[c];
    sum += g;
    product += g * (x[start + c] - mean);
  }
  let mean_g = row_sum(element_sum(sum), lane) / channels;
  let total = row_sum(element_sum(product), lane);
  let mean_gn = total * inverse_deviation / channels;
  for (var c = own; c < count; c += LANES) {
    let normalised = (x[start + c] - mean) * inverse_deviation;
    dx[start + c] = (dy[start + c] * weight[c] - mean_g - normalised * mean_gn) * inverse_deviation;
  }
}
