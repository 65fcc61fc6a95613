// y = sum of weight e semantics over the Gaussians whose box holds a voxel, e = exp(-d A d / 2), at the voxels' centres; a workgroup owns 8x8x4 voxels, a thread 4 of them along z.
struct Uniforms {
  size: vec3u, channels: u32, origin: vec3f, cell: f32, blocks: vec3u, words: u32, fallback: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> corners: array<vec2u>;
@group(0) @binding(3) var<storage, read> marks: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> probability: array<f32>;
@group(0) @binding(6) var<storage, read_write> transmittance: array<f32>;
@group(0) @binding(7) var<storage, read_write> occupancy: array<f32>;
@group(0) @binding(8) var<storage, read_write> density: array<f32>;

override ADDITIVE: bool;
// Vectors of 4 channels after the first channel, 0 to 5.
override QUADS: u32;
// Below this sum of densities a voxel takes the uniform distribution.
const LEAST = 1e-9;

// 4 channels by 4 voxels.
struct Sums { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

fn add(sums: Sums, values: vec4f, weight: vec4f) -> Sums {
  return Sums(
    fma(vec4f(values.x), weight, sums.a), fma(vec4f(values.y), weight, sums.b),
    fma(vec4f(values.z), weight, sums.c), fma(vec4f(values.w), weight, sums.d),
  );
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = group.x + group.y * groups.x;
  if (block >= u.blocks.x * u.blocks.y * u.blocks.z) { return; }
  let corner = vec3u(8u, 8u, 4u) * vec3u(
    block / (u.blocks.y * u.blocks.z), (block / u.blocks.z) % u.blocks.y, block % u.blocks.z,
  );
  let voxel = corner + vec3u(thread / 8u, thread % 8u, 0u);
  let z = voxel.z + vec4u(0u, 1u, 2u, 3u);
  let position = fma(vec3f(voxel) + 0.5, vec3f(u.cell), u.origin);
  let position_z = fma(vec4f(z) + 0.5, vec4f(u.cell), vec4f(u.origin.z));
  var first = vec4f(0.0);
  var sums0: Sums;
  var sums1: Sums;
  var sums2: Sums;
  var sums3: Sums;
  var sums4: Sums;
  var total = vec4f(0.0);
  var passing = vec4f(1.0);
  var thickness = vec4f(0.0);
  for (var word = 0u; word < u.words; word++) {
    var bits = marks[block * u.words + word];
    while (bits != 0u) {
      let g = 32u * word + countTrailingZeros(bits);
      bits &= bits - 1u;
      let low = corner_of(corners[g].x);
      let high = corner_of(corners[g].y);
      if (any(voxel.xy < low.xy) || any(voxel.xy > high.xy)) { continue; }
      let start = g * (3u + QUADS);
      let mean = records[start];
      let shape = records[start + 1u];
      let cross = records[start + 2u];
      let across = mean.xy - position.xy;
      let exponent = exponent_of(across, vec4f(mean.z) - position_z, shape, cross.xy);
      let e = select(vec4f(0.0), exp2(exponent), (z >= vec4u(low.z)) & (z <= vec4u(high.z)));
      if (all(e == vec4f(0.0))) { continue; }
      let weight = mean.w * e;
      if (!ADDITIVE) {
        total += weight;
        let hidden = cross.w * e;
        passing *= 1.0 - hidden;
        thickness += hidden;
      }
      first = fma(vec4f(cross.z), weight, first);
      if (QUADS > 0u) { sums0 = add(sums0, records[start + 3u], weight); }
      if (QUADS > 1u) { sums1 = add(sums1, records[start + 4u], weight); }
      if (QUADS > 2u) { sums2 = add(sums2, records[start + 5u], weight); }
      if (QUADS > 3u) { sums3 = add(sums3, records[start + 6u], weight); }
      if (QUADS > 4u) { sums4 = add(sums4, records[start + 7u], weight); }
    }
  }
  if (any(voxel.xy >= u.size.xy)) { return; }
  let row = (voxel.x * u.size.y + voxel.y) * u.size.z;
  for (var i = 0u; i < 4u; i++) {
    if (z[i] >= u.size.z) { break; }
    let n = row + z[i];
    var scale = 1.0;
    if (!ADDITIVE) {
      probability[n] = total[i];
      transmittance[n] = passing[i];
      occupancy[n] = 1.0 - passing[i];
      density[n] = thickness[i];
      if (!(total[i] > LEAST)) {
        for (var c = 0u; c < u.channels; c++) {
          y[n * u.channels + c] = select(0.0, 1.0 / f32(u.fallback), c < u.fallback);
        }
        continue;
      }
      scale = 1.0 / total[i];
    }
    y[n * u.channels] = scale * first[i];
    if (QUADS > 0u) { write(n, 1u, scale, sums0, i); }
    if (QUADS > 1u) { write(n, 5u, scale, sums1, i); }
    if (QUADS > 2u) { write(n, 9u, scale, sums2, i); }
    if (QUADS > 3u) { write(n, 13u, scale, sums3, i); }
    if (QUADS > 4u) { write(n, 17u, scale, sums4, i); }
  }
}

fn write(n: u32, channel: u32, scale: f32, sums: Sums, i: u32) {
  let start = n * u.channels + channel;
  let values = scale * vec4f(sums.a[i], sums.b[i], sums.c[i], sums.d[i]);
  y[start] = values.x;
  if (channel + 1u < u.channels) { y[start + 1u] = values.y; }
  if (channel + 2u < u.channels) { y[start + 2u] = values.z; }
  if (channel + 3u < u.channels) { y[start + 3u] = values.w; }
}
