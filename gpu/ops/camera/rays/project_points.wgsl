// (u, v) = (p0, p1) / max(p2, 1e-5) / image size with p = P [x, y, z, 1]; a thread owns one (point, camera).
struct Uniforms { points: u32, cameras: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> projection: array<vec4f>;
@group(0) @binding(3) var<storage, read> image_size: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> location: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> visible: array<u32>;

const NEAREST_DEPTH = 1e-5;
const LARGEST = 1e9;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.points * u.cameras) { return; }
  let point = index / u.cameras;
  let camera = index % u.cameras;
  let at = vec4f(points[3u * point], points[3u * point + 1u], points[3u * point + 2u], 1.0);
  let depth = dot(projection[4u * camera + 2u], at);
  let pixel = vec2f(dot(projection[4u * camera], at), dot(projection[4u * camera + 1u], at));
  let uv = pixel / max(depth, NEAREST_DEPTH) / image_size[camera];
  let inside = depth > NEAREST_DEPTH && all(uv > vec2f(0.0)) && all(uv < vec2f(1.0));
  location[index] = clamp(uv, vec2f(-LARGEST), vec2f(LARGEST));
  visible[index] = select(0u, 1u, inside);
}
