// What radix_scatter.wgsl and radix_scatter_serial.wgsl are given.
struct Uniforms {
  length: u32, tiles: u32, groups: u32, shift: u32, digits: u32,
  // How many segments have a count of their own; the last one's is that of the rest.
  counted: u32,
  // 1 where the values are the positions of the keys.
  positions: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read> offsets: array<u32>;
@group(0) @binding(5) var<storage, read_write> keys_out: array<u32>;
@group(0) @binding(6) var<storage, read_write> values_out: array<u32>;

// Where a tile's keys with a digit go; offsets count the keys of all segments, which may be fewer than places.
fn place_of(segment: u32, digit: u32, tile: u32) -> u32 {
  let first = segment * u.digits * u.tiles;
  return segment * u.length + offsets[first + digit * u.tiles + tile] - offsets[first];
}
