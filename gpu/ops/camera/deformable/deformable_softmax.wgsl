// stats = (max, 1 / sum of exp(logit - max)) over all kept (point, camera, level); a thread owns one (Gaussian, group).
struct Uniforms {
  gaussians: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keep: array<u32>;
@group(0) @binding(2) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(3) var<storage, read> per_camera: array<f32>;
@group(0) @binding(4) var<storage, read_write> stats: array<vec2f>;

override LEVELS: u32;
// Before GaussianFormer-2, invisible samples took their share of the softmax too.
override WHOLE_SOFTMAX: bool = false;
const LOWEST = -3.4e38;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.gaussians * u.groups) { return; }
  let gaussian = index / u.groups;
  let group = index % u.groups;
  let entries = LEVELS * u.points * u.groups;
  var largest = LOWEST;
  var sum = 0.0;
  for (var pair = 0u; pair < u.points * u.cameras; pair++) {
    let word = keep[gaussian * u.points * u.cameras + pair];
    if (!WHOLE_SOFTMAX && word == 0u) { continue; }
    let point = pair / u.cameras;
    let camera = pair % u.cameras;
    for (var level = 0u; level < LEVELS; level++) {
      if (!WHOLE_SOFTMAX && ((word >> (level * u.groups + group)) & 1u) == 0u) { continue; }
      let entry = (level * u.points + point) * u.groups + group;
      let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
        per_camera[camera * entries + entry];
      if (logit > largest) {
        sum = sum * exp(largest - logit) + 1.0;
        largest = logit;
      } else {
        sum += exp(logit - largest);
      }
    }
  }
  stats[index] = vec2f(largest, select(0.0, 1.0 / sum, sum != 0.0));
}
