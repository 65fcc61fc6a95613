// dfeature = sum over the samples around a pixel of w bilinear dy; a thread owns 4 VECTORS channels of one pixel.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  first: u32, points: u32, cameras: u32, groups: u32,
  pixels: u32, cells: u32, vectors: u32, gain: f32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
// [pairs, levels, groups] of a run of Gaussians from `first` on.
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> largest: array<u32>;
@group(0) @binding(6) var<storage, read> starts: array<u32>;
@group(0) @binding(7) var<storage, read> listed: array<u32>;
@group(0) @binding(8) var<storage, read_write> dfeatures: array<vec4f>;

override LEVELS: u32;
override VECTORS: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let lanes = u.vectors / VECTORS;
  let row = index / lanes;
  if (row >= u.pixels * u.cameras) { return; }
  let lane = index % lanes;
  let group = lane / (lanes / u.groups);
  let camera = row / u.pixels;
  let pixel = row % u.pixels;
  var level = 0u;
  while (level + 1u < LEVELS && pixel >= level_of(level + 1u).z) { level++; }
  let shape = level_of(level);
  let here = vec2u((pixel - shape.z) % shape.y, (pixel - shape.z) / shape.y);
  // The cells of samples whose upper left corner is this pixel or its left neighbour, in this row
  // (of cells) and the next.
  let upper = camera * u.cells + shape.w + here.y * (shape.y + 1u) + here.x;
  let lower = upper + shape.y + 1u;
  let count = starts[upper + 2u] - starts[upper] + starts[lower + 2u] - starts[lower];
  let fixed = fixed_point_for(count, largest[0]);
  let sample = level * u.groups + group;
  let first_pair = u.first * u.points * u.cameras;
  var coarse: array<vec4i, 4>;
  var fine: array<vec4i, 4>;
  for (var side = 0u; side < 2u; side++) {
    let cell = select(upper, lower, side == 1u);
    let end = starts[cell + 2u];
    for (var i = starts[cell]; i < end; i++) {
      let point = listed[i];
      let pair = point * u.cameras + camera;
      if (((keep[pair] >> sample) & 1u) == 0u) { continue; }
      let distance = abs(level_position(location[pair], shape) - vec2f(here));
      let hat = max(vec2f(0.0), 1.0 - distance);
      let weight = weights[(pair - first_pair) * LEVELS * u.groups + sample] * hat.x * hat.y *
        fixed.coarse;
      let source = point / u.points * u.vectors + lane * VECTORS;
      for (var v = 0u; v < VECTORS; v++) {
        let term = weight * dy[source + v];
        let whole = round(term);
        coarse[v] += vec4i(whole);
        fine[v] += vec4i(round((term - whole) * fixed.fine));
      }
    }
  }
  // Infinite or NaN gradients come out as they are.
  let broken = select(0.0, bitcast<f32>(largest[0]), largest[0] >= 0x7f800000u);
  for (var v = 0u; v < VECTORS; v++) {
    let at = row * u.vectors + lane * VECTORS + v;
    var sum = (vec4f(coarse[v]) + vec4f(fine[v]) * fixed.fine_inverse) *
      (fixed.coarse_inverse * u.gain) + vec4f(broken);
    if (u.accumulate != 0u) {
      sum += dfeatures[at];
    }
    dfeatures[at] = sum;
  }
}
