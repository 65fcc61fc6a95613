// squares[p] (+)= sum over channels c of (a[c, p]², b[c, p]²); one thread owns a pixel p.
struct Uniforms { pixels: u32, channels: u32, start_a: u32, start_b: u32, more: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> squares: array<vec2f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let p = id.x + id.y * groups.x * 64u;
  if (p >= u.pixels) { return; }
  var total = vec2f(0.0);
  if (u.more == 1u) { total = squares[p]; }
  for (var c = 0u; c < u.channels; c++) {
    let value = vec2f(a[u.start_a + c * u.pixels + p], b[u.start_b + c * u.pixels + p]);
    total += value * value;
  }
  squares[p] = total;
}
