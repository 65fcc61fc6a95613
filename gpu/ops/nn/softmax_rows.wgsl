// y = exp(x - m) / sum exp(x - m), or x - m - log of that sum, m the row's largest value, over the
// values that the mask keeps; LANES threads own one row and take four neighbours at a time.
struct Uniforms { rows: u32, length: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
// Bits of any type; 0 leaves a value out.
@group(0) @binding(2) var<storage, read> mask: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
override masked: bool;
override logarithmic: bool;
// Whether rows start on whole vectors.
override vectors: bool;
const LOWEST = -3.4028234e38;

fn x_at(k: u32) -> f32 { return x[k >> 2u][k & 3u]; }
fn mask_at(k: u32) -> u32 { return mask[k >> 2u][k & 3u]; }

fn values(k: u32) -> vec4f {
  if (vectors) { return x[k >> 2u]; }
  return vec4f(x_at(k), x_at(k + 1u), x_at(k + 2u), x_at(k + 3u));
}

fn kept(k: u32, end: u32) -> vec4<bool> {
  let inside = vec4u(k) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
  if (!masked) { return inside; }
  var bits: vec4u;
  if (vectors) {
    bits = mask[k >> 2u];
  } else {
    bits = vec4u(mask_at(k), mask_at(k + 1u), mask_at(k + 2u), mask_at(k + 3u));
  }
  return inside & ((bits & vec4u(0x7fffffffu)) != vec4u(0u));
}

fn store(k: u32, end: u32, v: vec4f) {
  y[k] = v.x;
  if (k + 1u < end) { y[k + 1u] = v.y; }
  if (k + 2u < end) { y[k + 2u] = v.z; }
  if (k + 3u < end) { y[k + 3u] = v.w; }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.x + group.y * groups.x) * (64u / LANES) + lane / LANES;
  let owned = row < u.rows;
  let end = select(0u, (row + 1u) * u.length, owned);
  let start = select(0u, row * u.length, owned) + 4u * (lane % LANES);
  var largest = vec4f(LOWEST);
  for (var k = start; k < end; k += 4u * LANES) {
    largest = max(largest, select(vec4f(LOWEST), values(k), kept(k, end)));
  }
  let m = row_largest(max(max(largest.x, largest.y), max(largest.z, largest.w)), lane);
  var sum = vec4f(0.0);
  for (var k = start; k < end; k += 4u * LANES) {
    sum += select(vec4f(0.0), exp(values(k) - m), kept(k, end));
  }
  let total = row_sum(sum.x + sum.y + sum.z + sum.w, lane);
  if (logarithmic) {
    let shift = m + log(total);
    for (var k = start; k < end; k += 4u * LANES) {
      store(k, end, values(k) - shift);
    }
    return;
  }
  // A row without kept values stays 0.
  let factor = select(0.0, 1.0 / total, total != 0.0);
  for (var k = start; k < end; k += 4u * LANES) {
    store(k, end, select(vec4f(0.0), exp(values(k) - m) * factor, kept(k, end)));
  }
}
