// targets[ray, bin] = 1 where the bin's point lies in an occupied voxel, and in the last bin where none does;
// one thread owns one ray.
struct Uniforms {
  rays: u32, bins: u32, map: vec2u, labels_known: u32, cell: f32, low: vec3f, size: vec3u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> projection: array<f32>;
@group(0) @binding(3) var<storage, read> image_size: array<f32>;
@group(0) @binding(4) var<storage, read> depths: array<f32>;
// 1 for labels of things, 0 for free space and for what says nothing.
@group(0) @binding(5) var<storage, read> solid: array<u32>;
@group(0) @binding(6) var<storage, read_write> targets: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let ray = id.x + id.y * groups.x * 64u;
  if (ray >= u.rays) { return; }
  let camera = ray / (u.map.x * u.map.y);
  let place = vec2u(ray % u.map.y, ray / u.map.y % u.map.x);
  let size = vec2f(image_size[2u * camera], image_size[2u * camera + 1u]);
  let pixel = (vec2f(place) + 0.5) / vec2f(u.map.yx) * size;
  var any = false;
  for (var bin = 0u; bin < u.bins; bin++) {
    let cell = (ray_point(camera, pixel, depths[bin]) - u.low) / u.cell;
    var hit = all(cell >= vec3f(0.0)) && all(cell < vec3f(u.size));
    if (hit) {
      let voxel = vec3u(cell);
      let label = labels[(voxel.x * u.size.y + voxel.y) * u.size.z + voxel.z];
      hit = label < u.labels_known && solid[min(label, u.labels_known - 1u)] != 0u;
    }
    targets[ray * (u.bins + 1u) + bin] = select(0.0, 1.0, hit);
    any = any || hit;
  }
  targets[ray * (u.bins + 1u) + u.bins] = select(1.0, 0.0, any);
}
