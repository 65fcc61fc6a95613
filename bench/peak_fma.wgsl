// y = the sum of two chains x = x a + b of fused multiply-adds; one thread owns one value and runs 32
// fmas of four lanes an iteration, spelled out: a turn of a loop costs a processor as much as eight of
// them, and two chains are eight vectors of a processor's sixteen registers.
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
  var both = mat2x4f(vec4f(f32(index)) * 1e-9, vec4f(0.1));
  for (var i = 0u; i < u.iterations; i++) {
    both = four_steps(four_steps(four_steps(four_steps(both, a, b), a, b), a, b), a, b);
  }
  let sum = both[0] + both[1];
  if (index < arrayLength(&y)) { y[index] = sum.x + sum.y + sum.z + sum.w; }
}

fn four_steps(both: mat2x4f, a: vec4f, b: vec4f) -> mat2x4f {
  return one_step(one_step(one_step(one_step(both, a, b), a, b), a, b), a, b);
}

fn one_step(both: mat2x4f, a: vec4f, b: vec4f) -> mat2x4f {
  return mat2x4f(fma(both[0], a, b), fma(both[1], a, b));
}
