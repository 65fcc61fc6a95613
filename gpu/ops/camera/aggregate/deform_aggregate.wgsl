// y = sum over cameras and levels of weight bilinear(features); a thread owns one channel of one point.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  rows: u32, points: u32, cameras: u32, levels: u32, groups: u32, pixels: u32, channels: u32,
  // The first of the rows that are bound.
  first_row: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<f32>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let row = index / u.channels;
  if (row >= u.rows) { return; }
  let channel = index % u.channels;
  let group = channel / (u.channels / u.groups);
  let batch = (u.first_row + row) / u.points;
  var sum = 0.0;
  for (var camera = 0u; camera < u.cameras; camera++) {
    let uv = location[row * u.cameras + camera];
    if (!(all(uv > vec2f(0.0)) && all(uv < vec2f(1.0)))) { continue; }
    for (var level = 0u; level < u.levels; level++) {
      let weight = weights[((row * u.cameras + camera) * u.levels + level) * u.groups + group];
      let shape = level_of(level);
      let corners = corners_of(level_position(uv, shape), shape);
      let base = (batch * u.cameras + camera) * u.pixels + shape.z;
      sum += weight * dot(corners.weights, vec4f(
        features[(base + corners.pixels.x) * u.channels + channel],
        features[(base + corners.pixels.y) * u.channels + channel],
        features[(base + corners.pixels.z) * u.channels + channel],
        features[(base + corners.pixels.w) * u.channels + channel],
      ));
    }
  }
  y[index] = sum;
}
