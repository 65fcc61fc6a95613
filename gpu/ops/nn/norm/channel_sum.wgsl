// partial[n, part, c] = sum of a term over a part of the pixels of x[n, c]; one workgroup owns one value.
struct Uniforms {
  images: u32, channels: u32, plane: u32, parts: u32, part_size: u32,
  start_x: u32, start_factor: u32, first_image: u32, count: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> partial: array<f32>;

// The term: x (0), (x - mean)^2 (1), (x - mean) factor (2).
override TERM: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x + group.y * groups.x;
  let channel = index % u.channels;
  let part = index / u.channels % u.parts;
  let image = index / u.channels / u.parts;
  if (image >= u.images) { return; }
  let first = (image * u.channels + channel) * u.plane;
  let end = first + min(u.plane, (part + 1u) * u.part_size);
  var center = 0.0;
  if (TERM != 0u) { center = mean[channel] / u.count; }
  var sum = 0.0;
  for (var at = first + part * u.part_size + lane; at < end; at += 64u) {
    let value = x[u.start_x + at] - center;
    if (TERM == 0u) { sum += value; }
    if (TERM == 1u) { sum += value * value; }
    if (TERM == 2u) { sum += value * factor[u.start_factor + at]; }
  }
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) {
    partial[((u.first_image + image) * u.parts + part) * u.channels + channel] = total;
  }
}
