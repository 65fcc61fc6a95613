// sums[b, c] = sum of x[r, c] over block b of the rows; one workgroup owns 64 columns of one block.
struct Uniforms { rows: u32, columns: u32, block: u32, column_groups: u32, groups: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let owned = group.x + group.y * groups.x;
  if (owned >= u.groups) { return; }
  let block = owned / u.column_groups;
  let column = owned % u.column_groups * 64u + lane;
  if (column >= u.columns) { return; }
  var sum = 0.0;
  for (var row = block * u.block; row < min(u.rows, (block + 1u) * u.block); row++) {
    sum += x[row * u.columns + column];
  }
  sums[block * u.columns + column] = sum;
}
