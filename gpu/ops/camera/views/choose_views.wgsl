// Of each picture frame the first camera that sees a point, or camera 0, and where it sees it: (u, v) = (p0, p1) / max(p2, 1e-5) / size with p = P [x, y, z, 1]; a thread owns one point of one frame.
struct Uniforms { points: u32, frames: u32, cameras: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> projection: array<vec4f>;
@group(0) @binding(3) var<storage, read> image_size: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> location: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> view: array<u32>;

const NEAREST_DEPTH = 1e-5;
const LARGEST = 1e9;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.points * u.frames) { return; }
  let frame = index / u.points;
  let point = index % u.points;
  let at = vec4f(points[3u * point], points[3u * point + 1u], points[3u * point + 2u], 1.0);
  var chosen = vec2f(0.0);
  var seen = false;
  var camera = 0u;
  for (var i = 0u; i < u.cameras && !seen; i++) {
    let matrix = 4u * (frame * u.cameras + i);
    let depth = dot(projection[matrix + 2u], at);
    let pixel = vec2f(dot(projection[matrix], at), dot(projection[matrix + 1u], at));
    let uv = pixel / max(depth, NEAREST_DEPTH) / image_size[frame * u.cameras + i];
    seen = depth > NEAREST_DEPTH && all(uv > vec2f(0.0)) && all(uv < vec2f(1.0));
    if (seen || i == 0u) {
      chosen = uv;
      camera = i;
    }
  }
  location[index] = clamp(chosen, vec2f(-LARGEST), vec2f(LARGEST));
  view[index] = camera;
}
