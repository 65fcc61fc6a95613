// dlogit = w (g.v - g.y) by group, dlocation = sum of w g.dv/d(u, v); a workgroup owns a run of Gaussians, SLOTS (point, camera) pairs at a time.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  gaussians: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, pixels: u32, run: u32, gain: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<vec4f>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> keep: array<u32>;
@group(0) @binding(4) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(5) var<storage, read> per_camera: array<f32>;
@group(0) @binding(6) var<storage, read> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read> y: array<vec4f>;
@group(0) @binding(8) var<storage, read> dy: array<vec4f>;
// All three are zero before; the entry (level, group) of any of them belongs to one thread.
@group(0) @binding(9) var<storage, read_write> dlocation: array<f32>;
@group(0) @binding(10) var<storage, read_write> dper_gaussian: array<f32>;
@group(0) @binding(11) var<storage, read_write> dper_camera_runs: array<f32>;

override LEVELS: u32;
override WHOLE_SOFTMAX: bool = false;
// Threads; those of one slot, one for 4 channels each; slots; (point, camera) pairs of a Gaussian.
override SIZE: u32;
override VECTORS: u32;
override SLOTS: u32;
override PAIRS: u32;
// (LEVELS + 2) SIZE: each thread's share of g.v for every level, and of dlocation.
override SHARES: u32;

fn location_of(pair: u32) -> vec2f {
  return location[pair];
}

fn stat_of(i: u32) -> vec2f {
  return stats[i];
}

fn y_at(i: u32) -> vec4f {
  return y[i];
}

fn dy_at(i: u32) -> vec4f {
  return dy[i];
}

fn put_location(i: u32, value: f32) {
  dlocation[i] = value;
}

fn add_per_camera(i: u32, value: f32) {
  dper_camera_runs[i] += value;
}

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  logit_gradients(workgroup.x + workgroup.y * workgroups.x, thread);
}
