// weights[pair, level, group] becomes dlogit = w (g.v - g.y), dlocation = sum of w g.dv/d(u, v); a thread
// owns one point of one Gaussian (software adapters: no barriers, the channels of a sample one after the other).
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  first: u32, count: u32, points: u32, cameras: u32, groups: u32,
  pixels: u32, vectors: u32, gain: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<vec4f>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> keep: array<u32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> taken: array<f32>;
@group(0) @binding(6) var<storage, read_write> weights: array<f32>;
@group(0) @binding(7) var<storage, read_write> dlocation: array<vec2f>;

override LEVELS: u32;
override WHOLE_SOFTMAX: bool = false;
// Vectors of channels in a group.
override LANES: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.count * u.points) { return; }
  let gaussian = u.first + index / u.points;
  for (var camera = 0u; camera < u.cameras; camera++) {
    let pair = (u.first * u.points + index) * u.cameras + camera;
    let word = keep[pair];
    let first = (index * u.cameras + camera) * LEVELS * u.groups;
    var slope = vec2f(0.0);
    if (WHOLE_SOFTMAX || word != 0u) {
      let uv = location[pair];
      for (var level = 0u; level < LEVELS; level++) {
        let shape = level_of(level);
        let corners = corners_of(level_position(uv, shape), shape);
        let bases = (vec4u(camera * u.pixels + shape.z) + corners.pixels) * u.vectors;
        for (var group = 0u; group < u.groups; group++) {
          let sample = level * u.groups + group;
          var products = vec4f(0.0);
          let kept = ((word >> sample) & 1u) != 0u;
          if (kept) {
            for (var i = 0u; i < LANES; i++) {
              let lane = group * LANES + i;
              let gradient = dy[gaussian * u.vectors + lane];
              products += vec4f(
                dot(gradient, features[bases.x + lane]),
                dot(gradient, features[bases.y + lane]),
                dot(gradient, features[bases.z + lane]),
                dot(gradient, features[bases.w + lane]),
              );
            }
            products *= u.gain;
          }
          if (kept || WHOLE_SOFTMAX) {
            let weight = weights[first + sample];
            let share = dot(corners.weights, products);
            weights[first + sample] = weight * (share - taken[index / u.points * u.groups + group]);
            slope += weight * vec2f(f32(shape.y), f32(shape.x)) *
              vec2f(dot(corners.slopes_x, products), dot(corners.slopes_y, products));
          }
        }
      }
    }
    dlocation[pair] = slope;
  }
}
