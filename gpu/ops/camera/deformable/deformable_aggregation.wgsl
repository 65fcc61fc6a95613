// y = gain * sum over kept (point, camera, level) of softmax(logits) bilinear(features); a thread owns 4 VECTORS channels of one Gaussian.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  gaussians: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, pixels: u32, vectors: u32, gain: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<vec4f>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> keep: array<u32>;
@group(0) @binding(4) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(5) var<storage, read> per_camera: array<f32>;
@group(0) @binding(6) var<storage, read> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;

override LEVELS: u32;
// Of one group, so that they share corners and weights.
override VECTORS: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let lanes = u.vectors / VECTORS;
  let gaussian = index / lanes;
  if (gaussian >= u.gaussians) { return; }
  let lane = index % lanes;
  let group = lane / (lanes / u.groups);
  let entries = LEVELS * u.points * u.groups;
  let stat = stats[gaussian * u.groups + group];
  var sums: array<vec4f, 4>;
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
      let weight = exp(logit - stat.x) * stat.y;
      let shape = level_of(level);
      let corners = corners_of(level_position(uv, shape), shape);
      let pixels = (vec4u(camera * u.pixels + shape.z) + corners.pixels) * u.vectors +
        lane * VECTORS;
      for (var v = 0u; v < VECTORS; v++) {
        sums[v] += weight * (
          corners.weights.x * features[pixels.x + v] +
          corners.weights.y * features[pixels.y + v] +
          corners.weights.z * features[pixels.z + v] +
          corners.weights.w * features[pixels.w + v]
        );
      }
    }
  }
  for (var v = 0u; v < VECTORS; v++) {
    y[index * VECTORS + v] = u.gain * sums[v];
  }
}
