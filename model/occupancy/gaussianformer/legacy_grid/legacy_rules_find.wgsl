// neighbours[tap, row] = 1 + the first row whose number is that of the cell past this row's, by a positive tap
// or its mirror image, 0 where there is none; the centre tap stands for the row itself. One thread owns one entry.
struct Uniforms { rows: u32, axes: u32, mask: u32, taps: u32, extent: i32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
// Numbers (n, 0, 0), which the hash is over, and the cells themselves.
@group(0) @binding(1) var<storage, read> cells: array<i32>;
@group(0) @binding(2) var<storage, read> places: array<i32>;
@group(0) @binding(3) var<storage, read> largest: array<i32>;
@group(0) @binding(4) var<storage, read> table: array<u32>;
@group(0) @binding(5) var<storage, read> representative: array<u32>;
@group(0) @binding(6) var<storage, read_write> neighbours: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.rows * u.taps) { return; }
  let tap = at / u.rows;
  let row = at % u.rows;
  let center = u.taps / 2u;
  if (tap == center) {
    neighbours[at] = row + 1u;
    return;
  }
  var found = 0u;
  if (representative[row] == row) {
    let t = i32(select(u.taps - 1u - tap, tap, tap > center));
    let offset = vec3i(t / (u.extent * u.extent), t / u.extent % u.extent, t % u.extent);
    let here = vec3i(places[3u * row], places[3u * row + 1u], places[3u * row + 2u]);
    let cell = here + offset - u.extent / 2;
    let size = vec3i(largest[0], largest[1], largest[2]);
    if (all(cell >= vec3i(0)) && all(cell < size)) {
      found = find_cell(vec4i(0, (cell.x * size.y + cell.y) * size.z + cell.z, 0, 0));
    }
  }
  neighbours[at] = found;
}
