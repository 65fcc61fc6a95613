// y[b, c, r] = x[b, r, c] in words; one workgroup owns a tile of 32 x 32, which passes through its
// memory so that reads and writes both run along rows.
struct Uniforms { batch: u32, rows: u32, columns: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;
const TILE = 32u;
// One word of padding a row keeps a column's words in different banks.
var<workgroup> tile: array<u32, 1056>;

@compute @workgroup_size(32, 8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let across = (u.columns + TILE - 1u) / TILE;
  let down = (u.rows + TILE - 1u) / TILE;
  let at = group.x + group.y * groups.x;
  let b = at / (across * down);
  if (b >= u.batch) { return; }
  let column = at % across * TILE;
  let row = at / across % down * TILE;
  let start = b * u.rows * u.columns;
  for (var j = lane.y; j < TILE; j += 8u) {
    if (row + j < u.rows && column + lane.x < u.columns) {
      tile[j * 33u + lane.x] = x[start + (row + j) * u.columns + column + lane.x];
    }
  }
  workgroupBarrier();
  for (var j = lane.y; j < TILE; j += 8u) {
    if (column + j < u.columns && row + lane.x < u.rows) {
      y[start + (column + j) * u.rows + row + lane.x] = tile[lane.x * 33u + j];
    }
  }
}
