// doffset = mask * sum over channels of dcolumn * slope, dmask = sum of dcolumn * sample; a thread owns a (tap, pixel) of a deform group.
struct Uniforms {
  count: u32, pixels: u32, first_pixel: u32, taps: u32, tap_cols: u32,
  channels: u32, group_channels: u32, groups: u32,
  start_x: u32, start_offset: u32, start_mask: u32, start_doffset: u32, start_dmask: u32,
  input: vec2u, output: vec2u, stride: vec2i, padding: vec2i, dilation: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> offset: array<f32>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read> dcolumns: array<f32>;
@group(0) @binding(5) var<storage, read_write> doffset: array<f32>;
@group(0) @binding(6) var<storage, read_write> dmask: array<f32>;

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
  let image = plane / u.groups;
  let channel = image * u.channels + plane % u.groups * u.group_channels;
  let place = place_of(plane, tap, u.first_pixel + pixel);
  var sums = vec3f(0.0);
  if (place.inside) {
    let corners = corners_of(place.at, vec4u(u.input, 0u, 0u));
    let area = u.input.x * u.input.y;
    var at = vec4u(u.start_x + channel * area) + corners.pixels;
    var column = (channel * u.taps + tap) * u.pixels + pixel;
    for (var c = 0u; c < u.group_channels; c++) {
      let values = vec4f(x[at.x], x[at.y], x[at.z], x[at.w]);
      sums += dcolumns[column] * vec3f(
        dot(corners.slopes_y, values), dot(corners.slopes_x, values), dot(corners.weights, values),
      );
      column += u.taps * u.pixels;
      at += vec4u(area);
    }
  }
  doffset[u.start_doffset + place.offset_index] = place.mask * sums.x;
  doffset[u.start_doffset + place.offset_index + u.output.x * u.output.y] = place.mask * sums.y;
  dmask[u.start_dmask + place.mask_index] = sums.z;
}
