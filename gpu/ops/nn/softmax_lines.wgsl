// The softmax of softmax_rows.wgsl along the middle axis of x [outer, length, inner]; one thread owns
// one line.
struct Uniforms { outer: u32, length: u32, inner: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
// Bits of any type; 0 leaves a value out.
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
override masked: bool;
override logarithmic: bool;
const LOWEST = -3.4028234e38;

fn kept(k: u32) -> bool {
  return !masked || (mask[k] & 0x7fffffffu) != 0u;
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.outer * u.inner) { return; }
  let start = at / u.inner * u.length * u.inner + at % u.inner;
  let end = start + u.length * u.inner;
  var m = LOWEST;
  for (var k = start; k < end; k += u.inner) {
    if (kept(k)) { m = max(m, x[k]); }
  }
  var total = 0.0;
  for (var k = start; k < end; k += u.inner) {
    if (kept(k)) { total += exp(x[k] - m); }
  }
  if (logarithmic) {
    let shift = m + log(total);
    for (var k = start; k < end; k += u.inner) { y[k] = x[k] - shift; }
    return;
  }
  // A line without kept values stays 0.
  let factor = select(0.0, 1.0 / total, total != 0.0);
  for (var k = start; k < end; k += u.inner) {
    if (kept(k)) {
      y[k] = exp(x[k] - m) * factor;
    } else {
      y[k] = 0.0;
    }
  }
}
