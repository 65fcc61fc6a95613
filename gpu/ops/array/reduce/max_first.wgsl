// first[o] = the lowest flat index i with x[i] = y[o], o the output that i is reduced to; one thread
// owns one value. A minimum of integers does not depend on the order of the threads.
struct Uniforms {
  count: u32,
  start: u32,
  inner: vec4u,
  outer: vec2u,
  y_inner: vec4u,
  y_outer: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> first: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let k = u.start + i;
  let o = strided(k, u.inner, u.outer, u.y_inner, u.y_outer);
  if (x[i] == y[o]) {
    // Zero means none, so the indices count down from the top.
    atomicMax(&first[o], 0xffffffffu - k);
  }
}
