// y = sum of weight e semantics over the Gaussians whose box holds a point's voxel, e = exp(-d A d / 2), at any points; a thread owns one point.
struct Uniforms {
  size: vec3u, channels: u32, blocks: vec3u, words: u32, fallback: u32, points: u32, plane: u32,
  nothing: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> corners: array<vec2u>;
@group(0) @binding(3) var<storage, read> marks: array<u32>;
@group(0) @binding(4) var<storage, read> positions: array<f32>;
// Voxels in ascending order, and the points that lie in them.
@group(0) @binding(5) var<storage, read> voxels: array<u32>;
@group(0) @binding(6) var<storage, read> order: array<u32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
// Planes of the probability, the transmittance, the occupancy and the density.
@group(0) @binding(8) var<storage, read_write> planes: array<f32>;

override ADDITIVE: bool;
override QUADS: u32;
const LEAST = 1e-9;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.points) { return; }
  let n = order[index];
  let key = voxels[index];
  let voxel = vec3u(key / (u.size.y * u.size.z), (key / u.size.z) % u.size.y, key % u.size.z);
  let inside = voxel.x < u.size.x;
  let position = vec3f(positions[3u * n], positions[3u * n + 1u], positions[3u * n + 2u]);
  let at = voxel / vec3u(8u, 8u, 4u);
  let block = (at.x * u.blocks.y + at.y) * u.blocks.z + at.z;
  var first = 0.0;
  var sums0 = vec4f(0.0);
  var sums1 = vec4f(0.0);
  var sums2 = vec4f(0.0);
  var sums3 = vec4f(0.0);
  var sums4 = vec4f(0.0);
  var total = 0.0;
  var passing = 1.0;
  var thickness = 0.0;
  for (var word = 0u; inside && word < u.words; word++) {
    var bits = marks[block * u.words + word];
    while (bits != 0u) {
      let g = 32u * word + countTrailingZeros(bits);
      bits &= bits - 1u;
      if (any(voxel < corner_of(corners[g].x)) || any(voxel > corner_of(corners[g].y))) { continue; }
      let start = g * (3u + QUADS);
      let mean = records[start];
      let cross = records[start + 2u];
      let e = precise_gaussian(mean.xyz, position, records[start + 1u], cross.xy).e;
      if (e == 0.0) { continue; }
      let weight = mean.w * e;
      total += weight;
      let hidden = cross.w * e;
      passing *= 1.0 - hidden;
      thickness += hidden;
      first = fma(cross.z, weight, first);
      if (QUADS > 0u) { sums0 = fma(records[start + 3u], vec4f(weight), sums0); }
      if (QUADS > 1u) { sums1 = fma(records[start + 4u], vec4f(weight), sums1); }
      if (QUADS > 2u) { sums2 = fma(records[start + 5u], vec4f(weight), sums2); }
      if (QUADS > 3u) { sums3 = fma(records[start + 6u], vec4f(weight), sums3); }
      if (QUADS > 4u) { sums4 = fma(records[start + 7u], vec4f(weight), sums4); }
    }
  }
  var scale = 1.0;
  if (!ADDITIVE) {
    planes[n] = total;
    planes[u.plane + n] = passing;
    planes[2u * u.plane + n] = 1.0 - passing;
    planes[3u * u.plane + n] = thickness;
    if (!(total > LEAST)) {
      for (var c = 0u; c < u.channels; c++) {
        y[n * u.channels + c] = select(0.0, 1.0 / f32(u.fallback), c < u.fallback);
      }
      return;
    }
    scale = 1.0 / total;
  }
  y[n * u.channels] = scale * first;
  if (QUADS > 0u) { write(n, 1u, scale * sums0); }
  if (QUADS > 1u) { write(n, 5u, scale * sums1); }
  if (QUADS > 2u) { write(n, 9u, scale * sums2); }
  if (QUADS > 3u) { write(n, 13u, scale * sums3); }
  if (QUADS > 4u) { write(n, 17u, scale * sums4); }
}

fn write(n: u32, channel: u32, values: vec4f) {
  let start = n * u.channels + channel;
  y[start] = values.x;
  if (channel + 1u < u.channels) { y[start + 1u] = values.y; }
  if (channel + 2u < u.channels) { y[start + 2u] = values.z; }
  if (channel + 3u < u.channels) { y[start + 3u] = values.w; }
}
