// deformable_aggregation_backward_features.wgsl for devices that bind eight buffers: pairs of numbers lie in one, and
// what says which samples are around a pixel in another.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  points: u32, cameras: u32, groups: u32, gaussian_stride: u32, camera_stride: u32,
  pixels: u32, cells: u32, vectors: u32, gain: f32, accumulate: u32,
  // Where each tensor begins in `places` (pairs) and in `bins`.
  location: u32, stats: u32, largest: u32, starts: u32, listed: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> places: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(4) var<storage, read> per_camera: array<f32>;
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;
@group(0) @binding(6) var<storage, read> bins: array<u32>;
@group(0) @binding(7) var<storage, read_write> dfeatures: array<vec4f>;

override LEVELS: u32;
override VECTORS: u32;

fn location_of(pair: u32) -> vec2f {
  return places[u.location + pair];
}

fn stat_of(i: u32) -> vec2f {
  return places[u.stats + i];
}

fn largest_bits() -> u32 {
  return bins[u.largest];
}

fn start_of(cell: u32) -> u32 {
  return bins[u.starts + cell];
}

fn point_at(i: u32) -> u32 {
  return bins[u.listed + i];
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  feature_gradient(index);
}
