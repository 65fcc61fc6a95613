// dweight = dy bilinear(features), dlocation = weight dy times the slopes; a thread owns a row of one frame.
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
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dlocation: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dweights: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  let row = id.x + id.y * workgroups.x * 64u;
  if (row >= u.rows) { return; }
  let quads = u.width / 4u;
  let place = u.frame * u.rows + row;
  let uv = location[place];
  let start = sampled_at(row) / 4u;
  var slope = vec2f(0.0);
  for (var level = 0u; level < u.levels; level++) {
    let shape = level_of(level);
    let position = level_place(uv, shape);
    var products = vec4f(0.0);
    if (is_near(position, shape)) {
      let corners = corners_of(position, shape);
      let at = (vec4u(view[place] * u.pixels + shape.z) + corners.pixels) * u.groups * quads +
        group_of(row) * quads;
      for (var quad = 0u; quad < quads; quad++) {
        let upstream = dy[start + quad];
        products += vec4f(
          dot(upstream, features[at.x + quad]), dot(upstream, features[at.y + quad]),
          dot(upstream, features[at.z + quad]), dot(upstream, features[at.w + quad]),
        );
      }
      let size = vec2f(f32(shape.y) - 1.0, f32(shape.x) - 1.0);
      slope += weights[place * u.levels + level] * size *
        vec2f(dot(corners.slopes_x, products), dot(corners.slopes_y, products));
      products *= corners.weights;
    }
    dweights[place * u.levels + level] = (products.x + products.y) + (products.z + products.w);
  }
  dlocation[place] = slope;
}
