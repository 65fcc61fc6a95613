// key = number of the voxel of a point, x-major, or the number of voxels where it lies outside; a thread owns one point.
struct Uniforms { size: vec3u, points: u32, origin: vec3f, cell: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> positions: array<f32>;
@group(0) @binding(2) var<storage, read> cells: array<i32>;
@group(0) @binding(3) var<storage, read_write> keys: array<u32>;

// Whether the cells are given; else they follow from the positions, truncated towards zero.
override CELLS: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  if (n >= u.points) { return; }
  var cell: vec3i;
  if (CELLS) {
    cell = vec3i(cells[3u * n], cells[3u * n + 1u], cells[3u * n + 2u]);
  } else {
    let position = vec3f(positions[3u * n], positions[3u * n + 1u], positions[3u * n + 2u]);
    cell = vec3i((position - u.origin) / u.cell);
  }
  let outside = any(cell < vec3i(0)) || any(cell >= vec3i(u.size));
  let key = (u32(cell.x) * u.size.y + u32(cell.y)) * u.size.z + u32(cell.z);
  keys[n] = select(key, u.size.x * u.size.y * u.size.z, outside);
}
