// representative[row] = smallest row in the same cell; one thread owns one row.
struct Uniforms { rows: u32, axes: u32, mask: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> cells: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read_write> representative: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = id.x + id.y * groups.x * 64u;
  if (row >= u.rows) { return; }
  representative[row] = find_cell(cell_of(row)) - 1u;
}
