// Means, covariances and opacities to records on the screen, radii and tile counts; one Gaussian a thread.
struct Uniforms {
  view0: vec4f, view1: vec4f, view2: vec4f, view3: vec4f,
  projection0: vec4f, projection1: vec4f, projection2: vec4f, projection3: vec4f,
  tangents: vec2f,
  middle: vec2f,
  // Focal lengths and centre; k1 to k4; those of a divisor; p1, p2, s1, s3; s2, s4, most slope squared;
  // least and most slope across and down.
  lens_pinhole: vec4f,
  lens_radial: vec4f,
  lens_divisor: vec4f,
  lens_bend: vec4f,
  lens_thin: vec4f,
  lens_limits: vec4f,
  size: vec2u,
  tiles: vec2u,
  scale_modifier: f32,
  antialiasing: u32,
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
// Scales [n, 3], or covariances [n, 6] where these are PRECOMPUTED.
@group(0) @binding(2) var<storage, read> extents: array<f32>;
@group(0) @binding(3) var<storage, read> rotations: array<f32>;
@group(0) @binding(4) var<storage, read> opacities: array<f32>;
// (u, v, conic xx, conic xy) and (conic yy, opacity, 1 / depth, depth).
@group(0) @binding(5) var<storage, read_write> places: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> shapes: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> radii: array<i32>;
@group(0) @binding(8) var<storage, read_write> touched: array<u32>;

override RAW = false;
override PRECOMPUTED = false;
// Whether only the tiles that the visible ellipse reaches count, instead of a square of 3 sigma.
override TIGHT = true;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  radii[i] = 0;
  touched[i] = 0u;
  places[i] = vec4f(0.0);
  shapes[i] = vec4f(0.0);
  let screen = project(row_at(i), shape_at(i));
  let depth = camera_depth(screen.t);
  if (!screen_shows(screen)) { return; }
  if (!(depth > NEAR) || !is_finite(depth) || !is_finite(screen.blurred)) { return; }
  let c = screen.covariance;
  let conic = conic_of(screen);
  let opacity = opacity_at(i) * screen.fade;
  let middle = 0.5 * (c.x + c.z) + BLUR;
  let largest = middle + sqrt(max(0.1, middle * middle - screen.blurred));
  let radius = ceil(3.0 * sqrt(largest));
  let finite = is_finite(screen.pixel.x) && is_finite(screen.pixel.y) && is_finite(opacity) &&
    is_finite(conic.x) && is_finite(conic.y) && is_finite(conic.z) && is_finite(radius);
  if (!finite || screen.blurred <= 0.0) { return; }
  let rect = tile_rect(screen.pixel, radius);
  let extent = rect.zw - rect.xy;
  if (extent.x * extent.y == 0u) { return; }
  var count = extent.x * extent.y;
  if (TIGHT) {
    count = 0u;
    let ellipse = ellipse_of(screen.pixel, conic, opacity);
    for (var row = rect.y; row < rect.w; row++) {
      let span = tile_span(ellipse, rect, row);
      count += span.y - span.x;
    }
  }
  places[i] = vec4f(screen.pixel, conic.xy);
  shapes[i] = vec4f(conic.z, opacity, 1.0 / depth, depth);
  radii[i] = i32(min(radius, 2147483520.0));
  touched[i] = count;
}
