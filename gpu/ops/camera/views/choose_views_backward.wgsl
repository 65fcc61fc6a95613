// dpoint = sum over frames of the chosen camera's location's gradient through the division by depth; a thread owns one point.
struct Uniforms { points: u32, frames: u32, cameras: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> projection: array<vec4f>;
@group(0) @binding(3) var<storage, read> image_size: array<vec2f>;
@group(0) @binding(4) var<storage, read> view: array<u32>;
@group(0) @binding(5) var<storage, read> dlocation: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dpoints: array<f32>;

const NEAREST_DEPTH = 1e-5;
const LARGEST = 1e9;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let point = id.x + id.y * groups.x * 64u;
  if (point >= u.points) { return; }
  let at = vec4f(points[3u * point], points[3u * point + 1u], points[3u * point + 2u], 1.0);
  var sum = vec3f(0.0);
  for (var frame = 0u; frame < u.frames; frame++) {
    let gradient = dlocation[frame * u.points + point];
    if (all(gradient == vec2f(0.0))) { continue; }
    let camera = frame * u.cameras + view[frame * u.points + point];
    let row_x = projection[4u * camera];
    let row_y = projection[4u * camera + 1u];
    let row_z = projection[4u * camera + 2u];
    let depth = dot(row_z, at);
    let uv = vec2f(dot(row_x, at), dot(row_y, at)) / max(depth, NEAREST_DEPTH) / image_size[camera];
    // Nothing flows back where the result was clamped.
    let scaled = select(vec2f(0.0), gradient, abs(uv) <= vec2f(LARGEST)) / max(depth, NEAREST_DEPTH);
    let dpixel = scaled / image_size[camera];
    sum += dpixel.x * row_x.xyz + dpixel.y * row_y.xyz;
    if (depth > NEAREST_DEPTH) {
      sum -= dot(scaled, uv) * row_z.xyz;
    }
  }
  dpoints[3u * point] = sum.x;
  dpoints[3u * point + 1u] = sum.y;
  dpoints[3u * point + 2u] = sum.z;
}
