// partial[n, part, c] = sum of x[n, c, p] over a part of the pixels; one workgroup owns one value.
struct Uniforms { images: u32, channels: u32, plane: u32, parts: u32, part_size: u32, start: u32, first_image: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

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
  let first = u.start + (image * u.channels + channel) * u.plane;
  let end = first + min(u.plane, (part + 1u) * u.part_size);
  var sum = 0.0;
  for (var at = first + part * u.part_size + lane; at < end; at += 64u) {
    sum += x[at];
  }
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) {
    partial[((u.first_image + image) * u.parts + part) * u.channels + channel] = total;
  }
}
