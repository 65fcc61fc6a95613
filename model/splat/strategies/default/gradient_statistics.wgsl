// sums += (views |gradient by the place on the screen|, 1) where a Gaussian is in the picture; one a thread.
struct Uniforms {
  count: u32,
  views: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> screen: array<vec2f>;
@group(0) @binding(2) var<storage, read> radii: array<i32>;
// Not 0 if the picture had no room for its pairs: it says nothing then.
@group(0) @binding(3) var<storage, read> broken: array<u32>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count || radii[i] <= 0 || broken[0] != 0u) { return; }
  let g = screen[i];
  sums[i] += vec2f(u.views * sqrt(g.x * g.x + g.y * g.y), 1.0);
}
