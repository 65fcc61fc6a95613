// dx = y (dy - sum dy y), or dy - exp(y) sum dy for a logarithmic y, along the middle axis of
// [outer, length, inner]; one thread owns one line.
struct Uniforms { outer: u32, length: u32, inner: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
override logarithmic: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.outer * u.inner) { return; }
  let start = at / u.inner * u.length * u.inner + at % u.inner;
  let end = start + u.length * u.inner;
  var total = 0.0;
  for (var k = start; k < end; k += u.inner) {
    if (logarithmic) {
      total += dy[k];
    } else {
      total += dy[k] * y[k];
    }
  }
  for (var k = start; k < end; k += u.inner) {
    if (logarithmic) {
      dx[k] = dy[k] - exp(y[k]) * total;
    } else {
      dx[k] = y[k] * (dy[k] - total);
    }
  }
}
