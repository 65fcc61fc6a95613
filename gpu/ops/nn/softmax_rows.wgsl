// y = exp(x - m) / sum exp(x - m), or x - m - log of that sum, m the row's largest value, over the
// values that the mask keeps; one workgroup owns one row.
struct Uniforms { rows: u32, length: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
// Bits of any type; 0 leaves a value out.
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
override masked: bool;
override logarithmic: bool;
const LOWEST = -3.4028234e38;
var<workgroup> scratch: array<f32, 64>;

fn kept(k: u32) -> bool {
  return !masked || (mask[k] & 0x7fffffffu) != 0u;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let start = row * u.length;
  let end = start + u.length;
  var largest = LOWEST;
  for (var k = start + lane; k < end; k += 64u) {
    if (kept(k)) { largest = max(largest, x[k]); }
  }
  scratch[lane] = largest;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride >>= 1u) {
    if (lane < stride) { scratch[lane] = max(scratch[lane], scratch[lane + stride]); }
    workgroupBarrier();
  }
  let m = scratch[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var k = start + lane; k < end; k += 64u) {
    if (kept(k)) { sum += exp(x[k] - m); }
  }
  let total = workgroup_sum(sum, lane);
  if (logarithmic) {
    let shift = m + log(total);
    for (var k = start + lane; k < end; k += 64u) { y[k] = x[k] - shift; }
    return;
  }
  // A row without kept values stays 0.
  let factor = select(0.0, 1.0 / total, total != 0.0);
  for (var k = start + lane; k < end; k += 64u) {
    if (kept(k)) {
      y[k] = exp(x[k] - m) * factor;
    } else {
      y[k] = 0.0;
    }
  }
}
