// columns[image, channel, tap, pixel] = mask * bilinear sample; a thread owns up to CHANNELS channels of a (tap, pixel).
struct Uniforms {
  count: u32, pixels: u32, first_pixel: u32, taps: u32, tap_cols: u32,
  channels: u32, group_channels: u32, groups: u32, blocks: u32,
  start_x: u32, start_offset: u32, start_mask: u32,
  input: vec2u, output: vec2u, stride: vec2i, padding: vec2i, dilation: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> offset: array<f32>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read_write> columns: array<f32>;

const CHANNELS = 16u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let pixel = index % u.pixels;
  let tap = index / u.pixels % u.taps;
  let rest = index / u.pixels / u.taps;
  let block = rest % u.blocks;
  let plane = rest / u.blocks;
  let image = plane / u.groups;
  let first = block * CHANNELS;
  let last = min(first + CHANNELS, u.group_channels);
  let channel = plane % u.groups * u.group_channels;
  let place = place_of(plane, tap, u.first_pixel + pixel);
  var target_at = ((image * u.channels + channel + first) * u.taps + tap) * u.pixels + pixel;
  let step = u.taps * u.pixels;
  if (!place.inside) {
    for (var c = first; c < last; c++) {
      columns[target_at] = 0.0;
      target_at += step;
    }
    return;
  }
  let corners = corners_of(place.at, vec4u(u.input, 0u, 0u));
  let weights = place.mask * corners.weights;
  let area = u.input.x * u.input.y;
  var at = vec4u(u.start_x + (image * u.channels + channel + first) * area) + corners.pixels;
  for (var c = first; c < last; c++) {
    columns[target_at] = dot(weights, vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    target_at += step;
    at += vec4u(area);
  }
}
