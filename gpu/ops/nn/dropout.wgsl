// y = x * scale where the value's random word is at least `threshold`, else 0; one thread owns four
// values, which share one block of the random stream.
struct Uniforms { count: u32, block: u32, threshold: u32, scale: f32, stream: vec2u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  let words = philox_block(u.stream, u.block + i, u.key);
  let result = select(vec4f(0.0), x[i] * u.scale, words >= vec4u(u.threshold));
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    y[i] = result;
    return;
  }
  y[i].x = result.x;
  if (rest > 1u) { y[i].y = result.y; }
  if (rest > 2u) { y[i].z = result.z; }
}
