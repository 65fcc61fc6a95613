// y[o, i] = first k with the largest x[o, k, i]; one thread owns one result.
struct Uniforms { outer: u32, extent: u32, inner: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.outer * u.inner) { return; }
  let start = i / u.inner * u.extent * u.inner + i % u.inner;
  var best = 0u;
  var largest = x[start];
  for (var k = 1u; k < u.extent; k++) {
    let value = x[start + k * u.inner];
    if (value > largest) {
      best = k;
      largest = value;
    }
  }
  y[i] = best;
}
