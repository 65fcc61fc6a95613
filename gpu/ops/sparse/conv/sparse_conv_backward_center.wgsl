// dweight[n, centre, k] = sum over the parts of their [n, k]; one thread owns one value.
struct Uniforms { parts: u32, n: u32, k: u32, taps: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read_write> dweight: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.n * u.k) { return; }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += partial[part * u.n * u.k + at];
  }
  dweight[(at / u.k * u.taps + u.taps / 2u) * u.k + at % u.k] = sum;
}
