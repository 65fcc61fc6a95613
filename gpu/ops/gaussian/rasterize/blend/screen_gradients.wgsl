// Gradients by the means on the screen in units of half the picture, and sums of their magnitudes; one Gaussian a thread.
struct Uniforms { size: vec2u, count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> touched: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dscreen: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> dmagnitude: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  var sum = vec4f(0.0);
  if (touched[i] > 0u) {
    sum = sums[3u * i];
  }
  let half = 0.5 * vec2f(u.size);
  dscreen[i] = sum.xy * half;
  dmagnitude[i] = sum.zw * half;
}
