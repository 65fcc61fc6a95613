// weights[pair, level, group] = softmax(logit) of the kept samples of a run of Gaussians, 0 of the others
// unless WHOLE_SOFTMAX, and taken = dy . y by group; a thread owns one point of one Gaussian.
struct Uniforms {
  first: u32, count: u32, points: u32, cameras: u32, groups: u32,
  gaussian_stride: u32, camera_stride: u32, vectors: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keep: array<u32>;
@group(0) @binding(2) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(3) var<storage, read> per_camera: array<f32>;
@group(0) @binding(4) var<storage, read> stats: array<vec2f>;
@group(0) @binding(5) var<storage, read> y: array<vec4f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> weights: array<f32>;
// [run, groups]
@group(0) @binding(8) var<storage, read_write> taken: array<f32>;

override LEVELS: u32;
override WHOLE_SOFTMAX: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count * u.points) { return; }
  let gaussian = u.first + index / u.points;
  let point = index % u.points;
  let samples = LEVELS * u.groups;
  let entries = samples * u.points;
  for (var camera = 0u; camera < u.cameras; camera++) {
    let word = keep[(gaussian * u.points + point) * u.cameras + camera];
    let to = (index * u.cameras + camera) * samples;
    for (var sample = 0u; sample < samples; sample++) {
      var weight = 0.0;
      if (WHOLE_SOFTMAX || ((word >> sample) & 1u) != 0u) {
        let group = sample % u.groups;
        let entry = (sample / u.groups * u.points + point) * u.groups + group;
        let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
          per_camera[camera * entries + entry];
        let stat = stats[gaussian * u.groups + group];
        weight = exp(logit - stat.x) * stat.y;
      }
      weights[to + sample] = weight;
    }
  }
  if (point > 0u) { return; }
  let lanes = u.vectors / u.groups;
  for (var group = 0u; group < u.groups; group++) {
    var sum = 0.0;
    for (var i = gaussian * u.vectors + group * lanes; i < gaussian * u.vectors + (group + 1u) * lanes; i++) {
      sum += dot(dy[i], y[i]);
    }
    taken[index / u.points * u.groups + group] = sum;
  }
}
