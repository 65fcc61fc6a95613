// partial[row.z] = sum of the squares of the row.y values from row.x on, and how many are NaN or infinite is
// added to broken[row.w]; one workgroup owns one row of the table, a piece of a tensor.
struct Uniforms { first_row: u32, rows: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read> table: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;
@group(0) @binding(4) var<storage, read_write> broken: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let owned = group.x + group.y * groups.x;
  if (owned >= u.rows) { return; }
  let row = table[u.first_row + owned];
  let start = row.x / 4u;
  var squares = vec4f(0.0);
  var bad = vec4u(0u);
  for (var i = lane; 4u * i < row.y; i += 64u) {
    var g = values[start + i];
    // Lanes past the end count for nothing.
    let inside = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u) < vec4u(row.y);
    g = select(vec4f(0.0), g, inside);
    squares += g * g;
    let bits = bitcast<vec4u>(g) & vec4u(0x7f800000u);
    bad += select(vec4u(0u), vec4u(1u), bits == vec4u(0x7f800000u));
  }
  let total = workgroup_sum(squares.x + squares.y + squares.z + squares.w, lane);
  if (lane == 0u) { partial[row.z] = total; }
  // Sums of integers do not depend on the order of the threads.
  let count = bad.x + bad.y + bad.z + bad.w;
  if (count != 0u) { atomicAdd(&broken[row.w], count); }
}
