// dfeature = sum over the samples around a pixel of weight bilinear dy, in the order of their rows; a thread owns four channels of one pixel.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  rows: u32, points: u32, groups: u32, frames: u32, frame: u32, levels: u32, cameras: u32,
  cells: u32, pixels: u32, width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
// Where each cell's samples start in `order`, which lists row * levels + level.
@group(0) @binding(4) var<storage, read> starts: array<u32>;
@group(0) @binding(5) var<storage, read> order: array<u32>;
@group(0) @binding(6) var<storage, read_write> dfeatures: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  let index = id.x + id.y * workgroups.x * 64u;
  let quads = u.width / 4u;
  let across = u.groups * quads;
  let pixel_of_all = index / across;
  if (pixel_of_all >= u.cameras * u.pixels) { return; }
  let quad = index % across % quads;
  let group = index % across / quads;
  let camera = pixel_of_all / u.pixels;
  let pixel = pixel_of_all % u.pixels;
  var level = 0u;
  while (level + 1u < u.levels && pixel >= level_of(level + 1u).z) { level++; }
  let shape = level_of(level);
  let here = vec2u((pixel - shape.z) % shape.y, (pixel - shape.z) / shape.y);
  let upper = (group * u.cameras + camera) * u.cells + shape.w + here.y * (shape.y + 1u) + here.x;
  var sum = vec4f(0.0);
  for (var side = 0u; side < 2u; side++) {
    let cell = upper + side * (shape.y + 1u);
    for (var i = starts[cell]; i < starts[cell + 2u]; i++) {
      let sample = order[i];
      let row = sample / u.levels;
      let place = u.frame * u.rows + row;
      let distance = abs(level_place(location[place], shape) - vec2f(here));
      let hat = max(vec2f(0.0), 1.0 - distance);
      sum = fma(vec4f(weights[place * u.levels + sample % u.levels] * hat.x * hat.y), dy[sampled_at(row) / 4u + quad], sum);
    }
  }
  dfeatures[index] = sum;
}
