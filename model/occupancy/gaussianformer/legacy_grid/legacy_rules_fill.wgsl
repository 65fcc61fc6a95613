// Writes the pairs to their slots, and for each its receiving row as a key and the slot as a value to sort by;
// taps before the centre bring a row to the one found, taps after it the one found to the row. One thread owns one entry.
struct Uniforms { rows: u32, taps: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(4) var<storage, read_write> pair_inputs: array<u32>;
@group(0) @binding(5) var<storage, read_write> pair_outputs: array<u32>;
@group(0) @binding(6) var<storage, read_write> keys: array<u32>;
@group(0) @binding(7) var<storage, read_write> slots: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.rows * u.taps) { return; }
  let tap = at / u.rows;
  let row = at % u.rows;
  let neighbour = neighbours[at];
  keys[at] = u.rows;
  slots[at] = 0u;
  if (neighbour == 0u) { return; }
  let center = u.taps / 2u;
  let slot = 64u * tap_tiles[tap] + places[at] - places[tap * u.rows];
  let receiver = select(row, neighbour - 1u, tap < center);
  pair_inputs[slot] = select(neighbour - 1u, row, tap < center);
  pair_outputs[slot] = receiver;
  if (tap != center) {
    keys[at] = receiver;
    slots[at] = slot;
  }
}
