// aggregate_backward.wgsl for devices that bind eight buffers: what is read of the Gaussians and of the points lies in
// one each, as do all gradients.
struct Uniforms {
  size: vec3u, channels: u32, origin: vec3f, cell: f32, gaussians: u32, nothing: u32,
  // Where each tensor begins in `own`, `sorted` and `gradients`.
  inverse_covariance: u32, factors: u32, opacities: u32,
  positions: u32, order: u32, starts: u32,
  dmeans: u32, dinverse_covariance: u32, dfactors: u32, dopacities: u32, dsemantics: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> corners: array<vec2u>;
@group(0) @binding(3) var<storage, read> own: array<f32>;
@group(0) @binding(4) var<storage, read> points: array<vec4f>;
// Positions; points by ascending voxel, and where each voxel's points start; unused on the grid.
@group(0) @binding(5) var<storage, read> sorted: array<u32>;
@group(0) @binding(6) var<storage, read_write> gradients: array<f32>;

override ADDITIVE: bool;
override GRID: bool;
// dy (semantics - y) one channel at a time, instead of the difference of two sums: exact where one
// Gaussian makes up a whole point, for twice the memory traffic.
override CENTERED: bool;
override QUADS: u32;
// Values that each thread sums: 10 of the geometry, 4 a quad, the first channel.
override VALUES: u32;
override SHARES: u32;

fn factor_of(g: u32) -> f32 {
  return own[u.factors + g];
}

fn opacity_of(g: u32) -> f32 {
  return own[u.opacities + g];
}

fn inverse_covariance_at(i: u32) -> f32 {
  return own[u.inverse_covariance + i];
}

fn position_of(n: u32) -> vec3f {
  let at = u.positions + 3u * n;
  return bitcast<vec3f>(vec3u(sorted[at], sorted[at + 1u], sorted[at + 2u]));
}

fn point_at(i: u32) -> u32 {
  return sorted[u.order + i];
}

fn start_of(voxel: u32) -> u32 {
  return sorted[u.starts + voxel];
}

fn put_mean(i: u32, value: f32) {
  gradients[u.dmeans + i] = value;
}

fn put_inverse_covariance(i: u32, value: f32) {
  gradients[u.dinverse_covariance + i] = value;
}

fn put_factor(i: u32, value: f32) {
  gradients[u.dfactors + i] = value;
}

fn put_opacity(i: u32, value: f32) {
  gradients[u.dopacities + i] = value;
}

fn put_semantics(i: u32, value: f32) {
  gradients[u.dsemantics + i] = value;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let g = group.x + group.y * groups.x;
  if (g >= u.gaussians) { return; }
  aggregate_gradients(g, thread);
}
