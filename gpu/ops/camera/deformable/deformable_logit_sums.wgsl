// dper_gaussian = sum of dlogit over cameras, and its sums over a part of the Gaussians by camera; a thread
// owns one entry of one part.
struct Uniforms {
  first: u32, count: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, per_part: u32, first_part: u32, parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
// [pairs, levels, groups] of this run of Gaussians.
@group(0) @binding(1) var<storage, read> dlogits: array<f32>;
@group(0) @binding(2) var<storage, read_write> dper_gaussian: array<f32>;
// [parts, cameras, entries]
@group(0) @binding(3) var<storage, read_write> dper_camera_parts: array<f32>;

override LEVELS: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let samples = LEVELS * u.groups;
  let entries = samples * u.points;
  let part = index / entries;
  if (part >= u.parts) { return; }
  let entry = index % entries;
  let group = entry % u.groups;
  let point = entry / u.groups % u.points;
  let sample = entry / (u.groups * u.points) * u.groups + group;
  let end = min(u.count, (part + 1u) * u.per_part);
  for (var camera = 0u; camera < u.cameras; camera++) {
    var sum = 0.0;
    for (var i = part * u.per_part; i < end; i++) {
      let dlogit = dlogits[((i * u.points + point) * u.cameras + camera) * samples + sample];
      let to = (u.first + i) * u.gaussian_stride + camera * u.camera_stride + entry;
      if (camera == 0u || u.camera_stride != 0u) {
        dper_gaussian[to] = dlogit;
      } else {
        dper_gaussian[to] += dlogit;
      }
      sum += dlogit;
    }
    dper_camera_parts[((u.first_part + part) * u.cameras + camera) * entries + entry] = sum;
  }
}
