// y[k] = x at the place of k in permuted strides; one thread owns one element.
struct Uniforms { count: u32, inner: vec4u, outer: vec2u, x_inner: vec4u, x_outer: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> y: array<Element>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k >= u.count) { return; }
  y[k] = x[strided(k, u.inner, u.outer, u.x_inner, u.x_outer)];
}
