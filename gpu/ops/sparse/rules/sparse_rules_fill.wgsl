// Writes the pairs to their slots (tiles of a tap, in the order of the rows that receive), and the slots
// of each row in the order of the taps; one thread owns one row.
struct Uniforms { rows: u32, taps: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(4) var<storage, read> row_starts: array<u32>;
@group(0) @binding(5) var<storage, read_write> pair_inputs: array<u32>;
@group(0) @binding(6) var<storage, read_write> pair_outputs: array<u32>;
@group(0) @binding(7) var<storage, read_write> row_slots: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = id.x + id.y * groups.x * 64u;
  if (row >= u.rows) { return; }
  var next = row_starts[row];
  for (var tap = 0u; tap < u.taps; tap++) {
    let at = tap * u.rows + row;
    let neighbour = neighbours[at];
    if (neighbour == 0u) { continue; }
    let slot = 64u * tap_tiles[tap] + places[at] - places[tap * u.rows];
    pair_inputs[slot] = neighbour - 1u;
    pair_outputs[slot] = row;
    if (tap != u.taps / 2u) {
      row_slots[next] = slot;
      next++;
    }
  }
}
