// ordered[g, row, tap, channel] = weight[...] (scale of its output channel), by strides, 0 for channels past the last; one thread owns one value.
struct Uniforms {
  rows: u32, taps: u32, tap_cols: u32, channels: u32, padded_channels: u32, count: u32,
  group_stride: u32, row_stride: u32, channel_stride: u32, kernel_cols: u32,
  tap_start: vec2i, tap_step: vec2i,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read_write> ordered: array<f32>;

// Whether to multiply by the scale of channel (g, channel), which is an output channel here.
override SCALED: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count) { return; }
  let channel = index % u.padded_channels;
  let tap = index / u.padded_channels % u.taps;
  let row = index / u.padded_channels / u.taps % u.rows;
  let member = index / u.padded_channels / u.taps / u.rows;
  if (channel >= u.channels) {
    ordered[index] = 0.0;
    return;
  }
  let at = vec2u(u.tap_start + u.tap_step * vec2i(vec2u(tap / u.tap_cols, tap % u.tap_cols)));
  var value = weight[
    member * u.group_stride + row * u.row_stride + channel * u.channel_stride + at.x * u.kernel_cols + at.y
  ];
  if (SCALED) { value *= scale[member * u.channels + channel]; }
  ordered[index] = value;
}
