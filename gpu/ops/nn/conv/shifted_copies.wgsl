// copies[image, tap column j, channel, phase, line y, x] = image[channel, first.x + step.x y + phase_step phase mod step.x, first.y + step.y x + tap_step j], 0 outside; a workgroup of 8 threads owns one line in all tap columns.
// Step by step: the lines that one row of taps reads are neighbours, whatever the stride.
struct Uniforms {
  images: u32, channels: u32, padded_channels: u32, phases: u32, lines: u32, tap_cols: u32,
  // Pixels of a line, and vectors with the padding.
  width: u32, vectors: u32,
  start: u32, batch: u32, plane: u32, image: vec2i,
  first: vec2i, step: vec2i, phase_step: i32, tap_step: i32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read_write> copies: array<vec4f>;

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x + group.y * groups.x;
  let line = index % u.lines;
  let phase = index / u.lines % u.phases;
  let channel = index / (u.lines * u.phases) % u.padded_channels;
  let picture = index / (u.lines * u.phases * u.padded_channels);
  if (picture >= u.images) { return; }
  let y = u.first.x + u.step.x * i32(line) + u.phase_step * i32(phase) % u.step.x;
  let live = (channel < u.channels) & (u32(y) < u32(u.image.x));
  let source = i32(u.start + picture * u.batch + channel * u.plane) + y * u.image.y;
  let shift = u.lines * u.phases * u.padded_channels * u.vectors;
  var target_line = picture * u.tap_cols * shift + index % (u.lines * u.phases * u.padded_channels) * u.vectors;
  for (var tap = 0u; tap < u.tap_cols; tap++) {
    let tap_first = u.first.y + i32(tap) * u.tap_step;
    for (var vector = lane; vector < u.vectors; vector += 8u) {
      let pixel = 4u * vector + vec4u(0u, 1u, 2u, 3u);
      let x = tap_first + vec4i(pixel) * u.step.y;
      let inside = (vec4u(x) < vec4u(u32(u.image.y))) & (pixel < vec4u(u.width)) & vec4<bool>(live);
      let at = select(vec4i(0), source + x, inside);
      copies[target_line + vector] =
        select(vec4f(), vec4f(image[at.x], image[at.y], image[at.z], image[at.w]), inside);
    }
    target_line += shift;
  }
}
