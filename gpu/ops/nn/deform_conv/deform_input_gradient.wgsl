// dx[image, channel, pixel] = sum over the samples in the four cells around the pixel, in their order, of weight * mask * dcolumn; a thread owns up to 8 channels of a pixel.
struct Uniforms {
  count: u32, pixels: u32, first_pixel: u32, taps: u32, tap_cols: u32,
  channels: u32, group_channels: u32, groups: u32, blocks: u32, cells: u32, accumulate: u32,
  start_offset: u32, start_mask: u32, start_dx: u32,
  input: vec2u, output: vec2u, stride: vec2i, padding: vec2i, dilation: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> offset: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<f32>;
@group(0) @binding(3) var<storage, read> starts: array<u32>;
@group(0) @binding(4) var<storage, read> samples: array<u32>;
@group(0) @binding(5) var<storage, read> dcolumns: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let area = u.input.x * u.input.y;
  let here = index % area;
  let x = here % u.input.y;
  let y = here / u.input.y;
  let block = index / area % u.blocks;
  let plane = index / area / u.blocks;
  let first = plane / u.groups * u.channels + plane % u.groups * u.group_channels + block * 8u;
  let count = min(8u, u.group_channels - block * 8u);
  let column = u.taps * u.pixels;
  // Channels past the last read the last one again and are not stored.
  let low_steps = min(vec4u(0u, 1u, 2u, 3u), vec4u(count - 1u)) * column;
  let high_steps = min(vec4u(4u, 5u, 6u, 7u), vec4u(count - 1u)) * column;
  var low = vec4f(0.0);
  var high = vec4f(0.0);
  for (var corner = 0u; corner < 4u; corner++) {
    let cell = plane * u.cells + (y + (corner >> 1u)) * (u.input.y + 1u) + x + (corner & 1u);
    let end = starts[cell + 1u];
    for (var i = starts[cell]; i < end; i++) {
      let sample = samples[i];
      let pixel = sample % u.pixels;
      let tap = sample / u.pixels % u.taps;
      let place = place_of(plane, tap, u.first_pixel + pixel);
      let away = abs(place.at - vec2f(f32(x), f32(y)));
      let weight = place.mask * (1.0 - away.x) * (1.0 - away.y);
      let at = (first * u.taps + tap) * u.pixels + pixel;
      let a = vec4u(at) + low_steps;
      let b = vec4u(at) + high_steps;
      low += weight * vec4f(dcolumns[a.x], dcolumns[a.y], dcolumns[a.z], dcolumns[a.w]);
      high += weight * vec4f(dcolumns[b.x], dcolumns[b.y], dcolumns[b.z], dcolumns[b.w]);
    }
  }
  let at = u.start_dx + first * area + here;
  let sums = array<f32, 8>(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w);
  for (var c = 0u; c < count; c++) {
    let old = select(0.0, dx[at + c * area], u.accumulate != 0u);
    dx[at + c * area] = old + sums[c];
  }
}
