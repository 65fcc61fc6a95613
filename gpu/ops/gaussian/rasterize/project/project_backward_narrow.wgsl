// project_backward.wgsl for devices that bind eight buffers: all gradients lie in one.
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
  scale_modifier: f32,
  antialiasing: u32,
  count: u32,
  // Where each gradient begins in `gradients`.
  dmeans: u32,
  dopacities: u32,
  dscales: u32,
  drotations: u32,
  dcovariances: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> means: array<f32>;
// Scales [n, 3], or covariances [n, 6] where these are PRECOMPUTED.
@group(0) @binding(2) var<storage, read> extents: array<f32>;
@group(0) @binding(3) var<storage, read> rotations: array<f32>;
@group(0) @binding(4) var<storage, read> opacities: array<f32>;
@group(0) @binding(5) var<storage, read> touched: array<u32>;
// Twelve numbers a Gaussian: (u, v, |u|, |v|), (conic xx, xy, yy, opacity), (r, g, b, 1 / depth).
@group(0) @binding(6) var<storage, read> sums: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradients: array<f32>;

override RAW = false;
override PRECOMPUTED = false;
// False for the gradients of the original kernels where they are not the derivative.
override EXACT = true;
// Whether the gradients of covariances are wanted, given ones or not.
override COVARIANCES = false;

fn put_mean(i: u32, mean: vec3f) {
  gradients[u.dmeans + 3u * i] = mean.x;
  gradients[u.dmeans + 3u * i + 1u] = mean.y;
  gradients[u.dmeans + 3u * i + 2u] = mean.z;
}

fn put_scale(i: u32, scale: vec3f) {
  gradients[u.dscales + 3u * i] = scale.x;
  gradients[u.dscales + 3u * i + 1u] = scale.y;
  gradients[u.dscales + 3u * i + 2u] = scale.z;
}

fn put_rotation(i: u32, rotation: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    gradients[u.drotations + 4u * i + k] = rotation[k];
  }
}

fn put_covariance(i: u32, squares: vec3f, products: vec3f) {
  gradients[u.dcovariances + 6u * i] = squares.x;
  gradients[u.dcovariances + 6u * i + 1u] = products.x;
  gradients[u.dcovariances + 6u * i + 2u] = products.y;
  gradients[u.dcovariances + 6u * i + 3u] = squares.y;
  gradients[u.dcovariances + 6u * i + 4u] = products.z;
  gradients[u.dcovariances + 6u * i + 5u] = squares.z;
}

fn put_opacity(i: u32, opacity: f32) {
  gradients[u.dopacities + i] = opacity;
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  project_gradients(i);
}
