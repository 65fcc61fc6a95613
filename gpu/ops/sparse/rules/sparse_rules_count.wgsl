// counts[row] = taps but the centre that a row has a pair for; one thread owns one row.
struct Uniforms { rows: u32, taps: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = id.x + id.y * groups.x * 64u;
  if (row >= u.rows) { return; }
  var count = 0u;
  for (var tap = 0u; tap < u.taps; tap++) {
    count += u32(tap != u.taps / 2u && neighbours[tap * u.rows + row] != 0u);
  }
  counts[row] = count;
}
