// y = sum over levels of weight bilinear(features of the chosen camera); a thread owns four channels of a row.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  rows: u32, points: u32, groups: u32, frames: u32, frame: u32, levels: u32, pixels: u32,
  width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> features: array<vec4f>;
@group(0) @binding(2) var<storage, read> location: array<vec2f>;
@group(0) @binding(3) var<storage, read> view: array<u32>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  let index = id.x + id.y * workgroups.x * 64u;
  let quads = u.width / 4u;
  let row = index / quads;
  if (row >= u.rows) { return; }
  let quad = index % quads;
  let place = u.frame * u.rows + row;
  let uv = location[place];
  var sum = vec4f(0.0);
  for (var level = 0u; level < u.levels; level++) {
    let shape = level_of(level);
    let position = level_place(uv, shape);
    if (!is_near(position, shape)) { continue; }
    let corners = corners_of(position, shape);
    let at = (vec4u(view[place] * u.pixels + shape.z) + corners.pixels) * u.groups * quads +
      group_of(row) * quads + quad;
    sum = fma(vec4f(weights[place * u.levels + level]),
      corners.weights.x * features[at.x] + corners.weights.y * features[at.y] +
      corners.weights.z * features[at.z] + corners.weights.w * features[at.w], sum);
  }
  y[sampled_at(row) / 4u + quad] = sum;
}
