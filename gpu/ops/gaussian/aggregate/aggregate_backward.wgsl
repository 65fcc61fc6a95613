// Gradients of one Gaussian from all points in its box, column by column; a workgroup owns a Gaussian.
struct Uniforms {
  size: vec3u, channels: u32, origin: vec3f, cell: f32, gaussians: u32, nothing: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> corners: array<vec2u>;
@group(0) @binding(3) var<storage, read> inverse_covariance: array<f32>;
// Density of each Gaussian: 1 / (sx sy sz).
@group(0) @binding(4) var<storage, read> factors: array<f32>;
@group(0) @binding(5) var<storage, read> opacities: array<f32>;
@group(0) @binding(6) var<storage, read> points: array<vec4f>;
@group(0) @binding(7) var<storage, read> positions: array<f32>;
// Points by ascending voxel, and where each voxel's points start; unused on the grid.
@group(0) @binding(8) var<storage, read> order: array<u32>;
@group(0) @binding(9) var<storage, read> starts: array<u32>;
@group(0) @binding(10) var<storage, read_write> dmeans: array<f32>;
@group(0) @binding(11) var<storage, read_write> dinverse_covariance: array<f32>;
@group(0) @binding(12) var<storage, read_write> dfactors: array<f32>;
@group(0) @binding(13) var<storage, read_write> dopacities: array<f32>;
@group(0) @binding(14) var<storage, read_write> dsemantics: array<f32>;

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
  return factors[g];
}

fn opacity_of(g: u32) -> f32 {
  return opacities[g];
}

fn inverse_covariance_at(i: u32) -> f32 {
  return inverse_covariance[i];
}

fn position_of(n: u32) -> vec3f {
  return vec3f(positions[3u * n], positions[3u * n + 1u], positions[3u * n + 2u]);
}

fn point_at(i: u32) -> u32 {
  return order[i];
}

fn start_of(voxel: u32) -> u32 {
  return starts[voxel];
}

fn put_mean(i: u32, value: f32) {
  dmeans[i] = value;
}

fn put_inverse_covariance(i: u32, value: f32) {
  dinverse_covariance[i] = value;
}

fn put_factor(i: u32, value: f32) {
  dfactors[i] = value;
}

fn put_opacity(i: u32, value: f32) {
  dopacities[i] = value;
}

fn put_semantics(i: u32, value: f32) {
  dsemantics[i] = value;
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
