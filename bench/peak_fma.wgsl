// y = the sum of four chains x = x a + b of fused multiply-adds; one thread owns one value and runs 32
// fmas of four lanes an iteration. More chains than four would not fit a processor's registers.
struct Uniforms { iterations: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let a = vec4f(u.a);
  let b = vec4f(u.b);
  var p = vec4f(f32(index)) * 1e-9;
  var q = p + 0.1;
  var r = p + 0.2;
  var s = p + 0.3;
  for (var i = 0u; i < u.iterations; i++) {
    for (var k = 0u; k < 8u; k++) {
      p = fma(p, a, b);
      q = fma(q, a, b);
      r = fma(r, a, b);
      s = fma(s, a, b);
    }
  }
  let sum = p + q + r + s;
  if (index < arrayLength(&y)) { y[index] = sum.x + sum.y + sum.z + sum.w; }
}
