// What radix_scatter.wgsl and radix_scatter_serial.wgsl are given.
struct Uniforms {
  length: u32, tiles: u32, groups: u32, shift: u32, digits: u32,
  // 1 where only the first count[0] keys are there.
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
