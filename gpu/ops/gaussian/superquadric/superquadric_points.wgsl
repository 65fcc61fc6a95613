// y = sum of opacity p semantics / sum of opacity p over the superquadrics whose box holds a point's voxel; a thread owns one point.
struct Uniforms {
  size: vec3u, channels: u32, blocks: vec3u, words: u32, fallback: u32, points: u32, cut: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> marks: array<u32>;
@group(0) @binding(3) var<storage, read> positions: array<f32>;
// Voxels in ascending order, and the points that lie in them.
@group(0) @binding(4) var<storage, read> voxels: array<u32>;
@group(0) @binding(5) var<storage, read> order: array<u32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
// Probability, transmittance, occupancy, density.
@group(0) @binding(7) var<storage, read_write> sums: array<vec4f>;

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
  // 1 - passing, without its cancellation where little is there: losses see the logarithm of it.
  var filled = 0.0;
  var thickness = 0.0;
  for (var word = 0u; inside && word < u.words; word++) {
    var bits = marks[block * u.words + word];
    while (bits != 0u) {
      let g = 32u * word + countTrailingZeros(bits);
      bits &= bits - 1u;
      let start = g * (6u + QUADS);
      let limits = records[start + 5u];
      let box = box_of(limits.yzw);
      if (any(voxel < box.low) || any(voxel > box.high)) { continue; }
      let mean = records[start];
      let d = position - mean.xyz;
      let local = vec3f(
        dot(records[start + 1u].xyz, d), dot(records[start + 2u].xyz, d),
        dot(records[start + 3u].xyz, d),
      );
      if (outside(local, limits.x)) { continue; }
      let shape = records[start + 4u];
      let found = superquadric_at(local, shape.xyz, u.cut);
      if (found.p == 0.0) { continue; }
      let weight = mean.w * found.p;
      total += weight;
      filled = fma(found.p, passing, filled);
      passing *= hidden_of(found.f, found.p);
      thickness += found.p;
      first = fma(shape.w, weight, first);
      if (QUADS > 0u) { sums0 = fma(records[start + 6u], vec4f(weight), sums0); }
      if (QUADS > 1u) { sums1 = fma(records[start + 7u], vec4f(weight), sums1); }
      if (QUADS > 2u) { sums2 = fma(records[start + 8u], vec4f(weight), sums2); }
      if (QUADS > 3u) { sums3 = fma(records[start + 9u], vec4f(weight), sums3); }
      if (QUADS > 4u) { sums4 = fma(records[start + 10u], vec4f(weight), sums4); }
    }
  }
  sums[n] = vec4f(total, passing, filled, thickness);
  if (!(total > LEAST)) {
    for (var c = 0u; c < u.channels; c++) {
      y[n * u.channels + c] = select(0.0, 1.0 / f32(u.fallback), c < u.fallback);
    }
    return;
  }
  let scale = 1.0 / total;
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
