// distance[p] (+)= sum over channels c of weight[c] (a[c, p] / |a[p]| - b[c, p] / |b[p]|)²; one thread owns a pixel p.
struct Uniforms { pixels: u32, channels: u32, first: u32, start_a: u32, start_b: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> squares: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> distance: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let p = id.x + id.y * groups.x * 64u;
  if (p >= u.pixels) { return; }
  let inverse = 1.0 / (sqrt(squares[p]) + 1e-10);
  var total = 0.0;
  if (u.first > 0u) { total = distance[p]; }
  for (var c = 0u; c < u.channels; c++) {
    let difference = a[u.start_a + c * u.pixels + p] * inverse.x -
      b[u.start_b + c * u.pixels + p] * inverse.y;
    total += weight[u.first + c] * difference * difference;
  }
  distance[p] = total;
}
