// The kept points in order, then noisy copies of them all until there are enough, and how many there are then;
// one thread owns one place.
struct Uniforms { capacity: u32, wanted: u32, deviation: f32, stream: vec2u, key: vec2u, low: vec3f, high: vec3f }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> kept: array<u32>;
@group(0) @binding(3) var<storage, read> count: array<u32>;
@group(0) @binding(4) var<storage, read_write> spread: array<f32>;
@group(0) @binding(5) var<storage, read_write> total: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.capacity) { return; }
  let n = count[0];
  var all = u.wanted;
  if (n > 0u) {
    all = n * max(1u, (u.wanted + n - 1u) / n);
  }
  if (i == 0u) {
    total[0] = all;
  }
  if (i >= all) { return; }
  let draws = unit_float(philox_block(u.stream, i, u.key));
  var point: vec3f;
  if (n == 0u) {
    // Nothing was seen: anywhere.
    point = mix(u.low, u.high, draws.xyz);
  } else {
    let source = kept[i % n];
    point = vec3f(points[3u * source], points[3u * source + 1u], points[3u * source + 2u]);
    if (i >= n) {
      // Box and Muller 1958; the fourth draw's second normal is left.
      let radius = sqrt(-2.0 * log(1.0 - draws.xz));
      let angle = 6.283185307 * draws.yw;
      let noise = vec3f(radius.x * cos(angle.x), radius.x * sin(angle.x), radius.y * cos(angle.y));
      point = clamp(point + u.deviation * noise, u.low, u.high);
    }
  }
  spread[3u * i] = point.x;
  spread[3u * i + 1u] = point.y;
  spread[3u * i + 2u] = point.z;
}
