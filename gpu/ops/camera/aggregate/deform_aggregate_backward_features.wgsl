// dfeature = sum over the samples around a pixel of weight bilinear dy; a thread owns one channel of one pixel of a batch's picture.
struct Uniforms {
  level0: vec4u, level1: vec4u, level2: vec4u, level3: vec4u,
  level4: vec4u, level5: vec4u, level6: vec4u, level7: vec4u,
  first: u32, cameras: u32, levels: u32, groups: u32, pixels: u32, cells: u32, channels: u32,
  // Whether other points of the batch are in the gradient already.
  accumulate: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read> largest_weight: array<u32>;
@group(0) @binding(5) var<storage, read> largest_dy: array<u32>;
@group(0) @binding(6) var<storage, read> starts: array<u32>;
@group(0) @binding(7) var<storage, read> listed: array<u32>;
@group(0) @binding(8) var<storage, read_write> dfeatures: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let place = index / u.channels;
  if (place >= u.pixels * u.cameras) { return; }
  let channel = index % u.channels;
  let group = channel / (u.channels / u.groups);
  let camera = place / u.pixels;
  let pixel = place % u.pixels;
  var level = 0u;
  while (level + 1u < u.levels && pixel >= level_of(level + 1u).z) { level++; }
  let shape = level_of(level);
  let here = vec2u((pixel - shape.z) % shape.y, (pixel - shape.z) / shape.y);
  let upper = camera * u.cells + shape.w + here.y * (shape.y + 1u) + here.x;
  let lower = upper + shape.y + 1u;
  let count = starts[upper + 2u] - starts[upper] + starts[lower + 2u] - starts[lower];
  let largest = bitcast<u32>(bitcast<f32>(largest_weight[0]) * bitcast<f32>(largest_dy[0]));
  let fixed = fixed_point_for(count, largest);
  var coarse = 0;
  var fine = 0;
  for (var side = 0u; side < 2u; side++) {
    let cell = select(upper, lower, side == 1u);
    for (var i = starts[cell]; i < starts[cell + 2u]; i++) {
      let point = listed[i];
      let pair = point * u.cameras + camera;
      let distance = abs(level_position(location[pair], shape) - vec2f(here));
      let hat = max(vec2f(0.0), 1.0 - distance);
      let weight = weights[(pair * u.levels + level) * u.groups + group] * hat.x * hat.y;
      let term = weight * dy[point * u.channels + channel] * fixed.coarse;
      let whole = round(term);
      coarse += i32(whole);
      fine += i32(round((term - whole) * fixed.fine));
    }
  }
  let broken = select(0.0, bitcast<f32>(largest), largest >= 0x7f800000u);
  var sum = (f32(coarse) + f32(fine) * fixed.fine_inverse) * fixed.coarse_inverse + broken;
  if (u.accumulate != 0u) {
    sum += dfeatures[u.first + index];
  }
  dfeatures[u.first + index] = sum;
}
