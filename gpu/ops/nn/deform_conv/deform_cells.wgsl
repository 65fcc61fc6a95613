// keys[sample] = cell between four pixels in which a sample lies, one past the last for those outside; a thread owns a sample.
struct Uniforms {
  count: u32, pixels: u32, first_pixel: u32, taps: u32, tap_cols: u32, cells: u32, outside: u32,
  start_offset: u32, start_mask: u32,
  input: vec2u, output: vec2u, stride: vec2i, padding: vec2i, dilation: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> offset: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<f32>;
@group(0) @binding(3) var<storage, read_write> keys: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let pixel = index % u.pixels;
  let tap = index / u.pixels % u.taps;
  let plane = index / u.pixels / u.taps;
  let place = place_of(plane, tap, u.first_pixel + pixel);
  var key = u.outside;
  if (place.inside) {
    let cell = vec2u(vec2i(floor(place.at)) + 1);
    key = plane * u.cells + cell.y * (u.input.y + 1u) + cell.x;
  }
  keys[index] = key;
}
