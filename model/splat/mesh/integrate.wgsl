// Fuses one view into a truncated signed distance field (Curless and Levoy 1996); a thread owns one voxel.
struct Uniforms {
  // Rows of the view, points as rows, and focal lengths and centre in pixels.
  view0: vec4f, view1: vec4f, view2: vec4f, view3: vec4f,
  pinhole: vec4f,
  origin: vec3f,
  voxel: f32,
  size: vec2u,
  dims: vec2u,
  // The first slice of these voxels, and how many voxels they are.
  first: u32,
  count: u32,
  truncation: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read> inverse_depth: array<f32>;
// What is left of the light behind everything.
@group(0) @binding(3) var<storage, read> remaining: array<f32>;
// Sums of distances in units of the truncation, and how many views they are of.
@group(0) @binding(4) var<storage, read_write> distances: array<vec2f>;
// Sums of red, green and blue near the surface, and how many views they are of.
@group(0) @binding(5) var<storage, read_write> colours: array<vec4f>;

// From this share on a pixel shows a surface, and below the other one nothing.
const SOLID = 0.5;
const EMPTY = 0.1;
const NEAR = 0.2;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let slice = u.dims.x * u.dims.y;
  let cell = vec3f(
    f32(i % u.dims.x),
    f32((i / u.dims.x) % u.dims.y),
    f32(u.first + i / slice),
  );
  let p = u.origin + (cell + 0.5) * u.voxel;
  let t = (p.x * u.view0 + p.y * u.view1 + p.z * u.view2 + u.view3).xyz;
  if (t.z < NEAR) { return; }
  let place = t.xy / t.z * u.pinhole.xy + u.pinhole.zw;
  if (place.x < 0.0 || place.y < 0.0) { return; }
  let pixel = vec2u(place);
  if (pixel.x >= u.size.x || pixel.y >= u.size.y) { return; }
  let at = pixel.y * u.size.x + pixel.x;
  let shown = 1.0 - remaining[at];
  var away = 1.0;
  if (shown >= EMPTY) {
    if (shown < SOLID || inverse_depth[at] <= 0.0) { return; }
    // The mean of inverse depths, each by how much it shows.
    away = (shown / inverse_depth[at] - t.z) / u.truncation;
    // What lies farther behind a surface is not seen.
    if (away < -1.0) { return; }
  }
  distances[i] += vec2f(min(away, 1.0), 1.0);
  if (away >= 1.0) { return; }
  let pixels = u.size.x * u.size.y;
  let light = vec3f(image[at], image[pixels + at], image[2u * pixels + at]) / shown;
  colours[i] += vec4f(light, 1.0);
}
