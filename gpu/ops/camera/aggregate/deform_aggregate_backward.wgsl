// dweight = dy bilinear(features) by group, dlocation = sum of weight dy times the slopes; a thread owns one (point, camera).
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
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dlocation: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dweights: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let pair = id.x + id.y * groups.x * 64u;
  if (pair >= u.rows * u.cameras) { return; }
  let row = pair / u.cameras;
  let camera = pair % u.cameras;
  let uv = location[pair];
  let inside = all(uv > vec2f(0.0)) && all(uv < vec2f(1.0));
  let base = (((u.first_row + row) / u.points) * u.cameras + camera) * u.pixels;
  let width = u.channels / u.groups;
  var slope = vec2f(0.0);
  for (var level = 0u; level < u.levels; level++) {
    let shape = level_of(level);
    let corners = corners_of(level_position(select(vec2f(0.5), uv, inside), shape), shape);
    let pixels = (vec4u(base + shape.z) + corners.pixels) * u.channels;
    for (var group = 0u; group < u.groups; group++) {
      let at = (pair * u.levels + level) * u.groups + group;
      var products = vec4f(0.0);
      for (var c = group * width; inside && c < (group + 1u) * width; c++) {
        products += dy[row * u.channels + c] * vec4f(
          features[pixels.x + c], features[pixels.y + c], features[pixels.z + c], features[pixels.w + c],
        );
      }
      dweights[at] = dot(corners.weights, products);
      slope += weights[at] * vec2f(f32(shape.y), f32(shape.x)) *
        vec2f(dot(corners.slopes_x, products), dot(corners.slopes_y, products));
    }
  }
  dlocation[pair] = slope;
}
