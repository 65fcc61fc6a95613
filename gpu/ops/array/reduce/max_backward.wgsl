// dx[i] = dy[o] where i is the first largest value of output o, else 0; one thread owns one value.
struct Uniforms {
  count: u32,
  start: u32,
  inner: vec4u,
  outer: vec2u,
  y_inner: vec4u,
  y_outer: vec2u,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> first: array<u32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let k = u.start + i;
  let o = strided(k, u.inner, u.outer, u.y_inner, u.y_outer);
  dx[i] = select(0.0, dy[o], first[o] == 0xffffffffu - k);
}
