// dfeature += w bilinear dy with float atomics, so the last bits differ between runs; a thread owns 4 channels of one Gaussian.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  gaussians: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, pixels: u32, vectors: u32, gain: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(4) var<storage, read> per_camera: array<f32>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
// Zero before.
@group(0) @binding(7) var<storage, read_write> dfeatures: array<atomic<f32>>;

override LEVELS: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let gaussian = index / u.vectors;
  if (gaussian >= u.gaussians) { return; }
  let lane = index % u.vectors;
  let group = lane / (u.vectors / u.groups);
  let entries = LEVELS * u.points * u.groups;
  let stat = stats[gaussian * u.groups + group];
  let gradient = u.gain * dy[index];
  for (var pair = 0u; pair < u.points * u.cameras; pair++) {
    let word = keep[gaussian * u.points * u.cameras + pair];
    if (word == 0u) { continue; }
    let point = pair / u.cameras;
    let camera = pair % u.cameras;
    let uv = location[gaussian * u.points * u.cameras + pair];
    for (var level = 0u; level < LEVELS; level++) {
      if (((word >> (level * u.groups + group)) & 1u) == 0u) { continue; }
      let entry = (level * u.points + point) * u.groups + group;
      let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
        per_camera[camera * entries + entry];
      let shape = level_of(level);
      let corners = corners_of(level_position(uv, shape), shape);
      let weights = exp(logit - stat.x) * stat.y * corners.weights;
      let base = camera * u.pixels + shape.z;
      for (var corner = 0u; corner < 4u; corner++) {
        if (weights[corner] == 0.0) { continue; }
        let at = 4u * ((base + corners.pixels[corner]) * u.vectors + lane);
        let term = weights[corner] * gradient;
        atomicAdd(&dfeatures[at], term.x);
        atomicAdd(&dfeatures[at + 1u], term.y);
        atomicAdd(&dfeatures[at + 2u], term.z);
        atomicAdd(&dfeatures[at + 3u], term.w);
      }
    }
  }
}
