// dfeature = sum over the samples around a pixel of w bilinear dy; a thread owns 4 VECTORS channels of one pixel.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  points: u32, cameras: u32, groups: u32, gaussian_stride: u32, camera_stride: u32,
  pixels: u32, cells: u32, vectors: u32, gain: f32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(4) var<storage, read> per_camera: array<f32>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
@group(0) @binding(7) var<storage, read> largest: array<u32>;
@group(0) @binding(8) var<storage, read> starts: array<u32>;
@group(0) @binding(9) var<storage, read> listed: array<u32>;
@group(0) @binding(10) var<storage, read_write> dfeatures: array<vec4f>;

override LEVELS: u32;
override VECTORS: u32;

fn location_of(pair: u32) -> vec2f {
  return location[pair];
}

fn stat_of(i: u32) -> vec2f {
  return stats[i];
}

fn largest_bits() -> u32 {
  return largest[0];
}

fn start_of(cell: u32) -> u32 {
  return starts[cell];
}

fn point_at(i: u32) -> u32 {
  return listed[i];
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  feature_gradient(index);
}
