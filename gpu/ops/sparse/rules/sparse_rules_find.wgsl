// neighbours[tap, row] = 1 + first row of the cell that a tap reads, 0 where there is none; the centre tap
// reads the row itself, all others stand at the first row of a cell only. One thread owns one entry.
struct Uniforms { rows: u32, axes: u32, mask: u32, taps: u32, extent: i32, shape: vec3i }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> cells: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read> representative: array<u32>;
@group(0) @binding(4) var<storage, read_write> neighbours: array<u32>;

fn inside(cell: vec4i) -> bool {
  return all(cell.yzw >= vec3i(0)) && all(cell.yzw < u.shape);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.rows * u.taps) { return; }
  let tap = at / u.rows;
  let row = at % u.rows;
  if (tap == u.taps / 2u) {
    neighbours[at] = row + 1u;
    return;
  }
  var found = 0u;
  let cell = cell_of(row);
  if (representative[row] == row && inside(cell)) {
    let t = i32(tap);
    let offset = vec3i(t / (u.extent * u.extent), t / u.extent % u.extent, t % u.extent);
    let read = cell + vec4i(0, offset - u.extent / 2);
    if (inside(read)) {
      found = find_cell(read);
    }
  }
  neighbours[at] = found;
}
