// y[i, c] = x[index[i], c], 0 where the index is past the rows; one thread owns one element.
struct Uniforms {
  count: u32,
  width: u32,
  // Rows bound here, the first of them, and rows in all.
  rows: u32,
  first: u32,
  all: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<Element>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k >= u.count) { return; }
  let row = index[k / u.width];
  if (row >= u.first && row - u.first < u.rows) {
    y[k] = x[(row - u.first) * u.width + k % u.width];
  } else if (row >= u.all) {
    y[k] = Element();
  }
}
