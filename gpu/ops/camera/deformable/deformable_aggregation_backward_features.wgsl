// dfeature = sum over the samples around a pixel of w bilinear dy; a thread owns 4 VECTORS channels of one pixel.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  points: u32, cameras: u32, groups: u32, gaussian_stride: u32, camera_stride: u32,
  pixels: u32, cells: u32, vectors: u32, gain: f32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read> per_gaussian: array<f32>;
@group(0) @binding(4) var<storage, read> per_camera: array<f32>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
@group(0) @binding(7) var<storage, read> largest: array<u32>;
@group(0) @binding(8) var<storage, read> starts: array<u32>;
@group(0) @binding(9) var<storage, read> listed: array<u32>;
@group(0) @binding(10) var<storage, read_write> dfeatures: array<vec4f>;

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
  var coarse: array<vec4i, 4>;
  var fine: array<vec4i, 4>;
  let entries = LEVELS * u.points * u.groups;
  for (var side = 0u; side < 2u; side++) {
    let cell = select(upper, lower, side == 1u);
    for (var i = starts[cell]; i < starts[cell + 2u]; i++) {
      let point = listed[i];
      let gaussian = point / u.points;
      let pair = point * u.cameras + camera;
      if (((keep[pair] >> (level * u.groups + group)) & 1u) == 0u) { continue; }
      let distance = abs(level_position(location[pair], shape) - vec2f(here));
      let hat = max(vec2f(0.0), 1.0 - distance);
      let entry = (level * u.points + point % u.points) * u.groups + group;
      let logit = per_gaussian[gaussian * u.gaussian_stride + camera * u.camera_stride + entry] +
        per_camera[camera * entries + entry];
      let stat = stats[gaussian * u.groups + group];
      let weight = exp(logit - stat.x) * stat.y * hat.x * hat.y;
      for (var v = 0u; v < VECTORS; v++) {
        let term = weight * dy[gaussian * u.vectors + lane * VECTORS + v] * fixed.coarse;
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
