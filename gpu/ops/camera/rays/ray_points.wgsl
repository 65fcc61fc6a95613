// Points at the drawn depths, and whether they count: of an enabled ray, inside the range. One thread owns one.
struct Uniforms { count: u32, draws: u32, bins: u32, map: vec2u, low: vec3f, high: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read> enabled: array<u32>;
@group(0) @binding(3) var<storage, read> projection: array<f32>;
@group(0) @binding(4) var<storage, read> image_size: array<f32>;
@group(0) @binding(5) var<storage, read> depths: array<f32>;
@group(0) @binding(6) var<storage, read_write> points: array<f32>;
@group(0) @binding(7) var<storage, read_write> inside: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.count) { return; }
  let ray = at / u.draws;
  let camera = ray / (u.map.x * u.map.y);
  let place = vec2u(ray % u.map.y, ray / u.map.y % u.map.x);
  let size = vec2f(image_size[2u * camera], image_size[2u * camera + 1u]);
  let pixel = (vec2f(place) + 0.5) / vec2f(u.map.yx) * size;
  let point = ray_point(camera, pixel, depths[min(index[at], u.bins - 1u)]);
  points[3u * at] = point.x;
  points[3u * at + 1u] = point.y;
  points[3u * at + 2u] = point.z;
  let kept = enabled[ray] != 0u && all(point >= u.low) && all(point < u.high);
  inside[at] = select(0u, 1u, kept);
}
