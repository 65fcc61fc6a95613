// x[index[i], c] = values[i, c], in place; rows that are not bound here are left out. One thread owns a word.
struct Uniforms {
  count: u32,
  width: u32,
  // Rows bound here and the first of them.
  rows: u32,
  first: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> x: array<u32>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k >= u.count) { return; }
  let row = index[k / u.width];
  if (row < u.first || row - u.first >= u.rows) { return; }
  x[(row - u.first) * u.width + k % u.width] = values[k];
}
