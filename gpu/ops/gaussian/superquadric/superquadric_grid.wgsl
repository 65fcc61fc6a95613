// y = sum of opacity p semantics / sum of opacity p over the superquadrics whose box holds a voxel, at the voxels' centres; a workgroup owns 8x8x4 voxels, a thread 4 of them along z.
struct Uniforms {
  size: vec3u, channels: u32, origin: vec3f, cell: f32, blocks: vec3u, words: u32, fallback: u32,
  cut: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> marks: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
// Probability, transmittance, occupancy, density.
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

// Vectors of 4 channels after the first channel, 0 to 5.
override QUADS: u32;
// Below this sum of weights a voxel takes the uniform distribution.
const LEAST = 1e-9;

// 4 channels by 4 voxels.
struct Sums { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

fn add(sums: Sums, values: vec4f, weight: vec4f) -> Sums {
  return Sums(
    fma(vec4f(values.x), weight, sums.a), fma(vec4f(values.y), weight, sums.b),
    fma(vec4f(values.z), weight, sums.c), fma(vec4f(values.w), weight, sums.d),
  );
}

// p and 1 - p of one voxel. Written out for each of the four: in a loop, what is indexed goes to memory.
fn reached(y: vec3f, inverse: vec3f, bound: f32, within: bool) -> vec2f {
  let found = superquadric_at(y, inverse, u.cut);
  let p = select(0.0, found.p, within && !outside(y, bound));
  return vec2f(p, select(hidden_of(found.f, p), 1.0, p == 0.0));
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
  let z = vec4u(0u, 1u, 2u, 3u) + voxel.z;
  let position = fma(vec3f(voxel) + 0.5, vec3f(u.cell), u.origin);
  var first = vec4f(0.0);
  var sums0: Sums;
  var sums1: Sums;
  var sums2: Sums;
  var sums3: Sums;
  var sums4: Sums;
  var total = vec4f(0.0);
  var passing = vec4f(1.0);
  // 1 - passing, without its cancellation where little is there: losses see the logarithm of it.
  var filled = vec4f(0.0);
  var thickness = vec4f(0.0);
  for (var word = 0u; word < u.words; word++) {
    var bits = marks[block * u.words + word];
    while (bits != 0u) {
      let g = 32u * word + countTrailingZeros(bits);
      bits &= bits - 1u;
      let start = g * (6u + QUADS);
      let limits = records[start + 5u];
      let box = box_of(limits.yzw);
      if (any(voxel.xy < box.low.xy) || any(voxel.xy > box.high.xy)) { continue; }
      let mean = records[start];
      let d = position - mean.xyz;
      let row_x = records[start + 1u];
      let row_y = records[start + 2u];
      let row_z = records[start + 3u];
      let local = vec3f(dot(row_x.xyz, d), dot(row_y.xyz, d), dot(row_z.xyz, d));
      // A voxel further along z.
      let along = u.cell * vec3f(row_x.z, row_y.z, row_z.z);
      let shape = records[start + 4u];
      let reach = (z >= vec4u(box.low.z)) & (z <= vec4u(box.high.z));
      let at0 = reached(local, shape.xyz, limits.x, reach.x);
      let at1 = reached(local + along, shape.xyz, limits.x, reach.y);
      let at2 = reached(fma(vec3f(2.0), along, local), shape.xyz, limits.x, reach.z);
      let at3 = reached(fma(vec3f(3.0), along, local), shape.xyz, limits.x, reach.w);
      let p = vec4f(at0.x, at1.x, at2.x, at3.x);
      let hidden = vec4f(at0.y, at1.y, at2.y, at3.y);
      if (all(p == vec4f(0.0))) { continue; }
      let weight = mean.w * p;
      total += weight;
      filled = fma(p, passing, filled);
      passing *= hidden;
      thickness += p;
      first = fma(vec4f(shape.w), weight, first);
      if (QUADS > 0u) { sums0 = add(sums0, records[start + 6u], weight); }
      if (QUADS > 1u) { sums1 = add(sums1, records[start + 7u], weight); }
      if (QUADS > 2u) { sums2 = add(sums2, records[start + 8u], weight); }
      if (QUADS > 3u) { sums3 = add(sums3, records[start + 9u], weight); }
      if (QUADS > 4u) { sums4 = add(sums4, records[start + 10u], weight); }
    }
  }
  if (any(voxel.xy >= u.size.xy)) { return; }
  let row = (voxel.x * u.size.y + voxel.y) * u.size.z;
  for (var i = 0u; i < 4u; i++) {
    if (voxel.z + i >= u.size.z) { break; }
    let n = row + voxel.z + i;
    sums[n] = vec4f(total[i], passing[i], filled[i], thickness[i]);
    if (!(total[i] > LEAST)) {
      for (var c = 0u; c < u.channels; c++) {
        y[n * u.channels + c] = select(0.0, 1.0 / f32(u.fallback), c < u.fallback);
      }
      continue;
    }
    let scale = 1.0 / total[i];
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
