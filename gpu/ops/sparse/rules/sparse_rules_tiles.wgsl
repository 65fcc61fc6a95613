// tile_taps[tile] = tap of the tile; one workgroup owns one tap.
@group(0) @binding(0) var<storage, read> tap_tiles: array<u32>;
@group(0) @binding(1) var<storage, read_write> tile_taps: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tap = group.x;
  for (var tile = tap_tiles[tap] + lane; tile < tap_tiles[tap + 1u]; tile += 64u) {
    tile_taps[tile] = tap;
  }
}
