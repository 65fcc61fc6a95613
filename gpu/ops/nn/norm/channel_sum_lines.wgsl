// partial[n, part, c] = sum of a term over a part of the pixels of x[n, c]; one thread owns one value
// (software adapters, where the barriers of a workgroup cost more than its sums). Planes and parts are
// whole vec4s.
struct Uniforms {
  images: u32, channels: u32, plane: u32, parts: u32, part_size: u32,
  start_x: u32, start_factor: u32, first_image: u32, count: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> factor: array<vec4f>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> partial: array<f32>;

// The term: x (0), (x - mean)^2 (1), (x - mean) factor (2).
override TERM: u32 = 0u;
// Sums of short runs are added up apart: rounding grows with the length of a run.
const RUN = 64u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let channel = index % u.channels;
  let part = index / u.channels % u.parts;
  let image = index / u.channels / u.parts;
  if (image >= u.images) { return; }
  let plane = (image * u.channels + channel) * u.plane;
  let end = (plane + min(u.plane, (part + 1u) * u.part_size)) >> 2u;
  let from_x = u.start_x >> 2u;
  let from_factor = u.start_factor >> 2u;
  var center = 0.0;
  if (TERM != 0u) { center = mean[channel] / u.count; }
  var total = vec4f();
  var at = (plane + part * u.part_size) >> 2u;
  while (at < end) {
    let run_end = min(end, at + RUN);
    var sum = vec4f();
    for (; at < run_end; at++) {
      let value = x[from_x + at] - center;
      if (TERM == 0u) { sum += value; }
      if (TERM == 1u) { sum += value * value; }
      if (TERM == 2u) { sum += value * factor[from_factor + at]; }
    }
    total += sum;
  }
  partial[((u.first_image + image) * u.parts + part) * u.channels + channel] =
    (total.x + total.y) + (total.z + total.w);
}
