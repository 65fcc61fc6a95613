// y = offset + scale * r, r uniform in [0, 1) or standard normal (Box and Muller 1958); one thread
// owns four values, which come from one block of the random stream.
struct Uniforms { count: u32, block: u32, offset: f32, scale: f32, stream: vec2u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
override normal: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (4u * i >= u.count) { return; }
  let words = philox_block(u.stream, u.block + i, u.key);
  var r = unit_float(words);
  if (normal) {
    // 1 - r is in (0, 1], whose logarithm is finite.
    let radius = sqrt(-2.0 * log(1.0 - r.xz));
    let turned = sin_cos(6.283185307179586 * r.ywyw);
    r = vec4f(radius * turned.cosine.xy, radius * turned.sine.xy).xzyw;
  }
  let result = u.offset + u.scale * r;
  let rest = u.count - 4u * i;
  if (rest >= 4u) {
    y[i] = result;
    return;
  }
  y[i].x = result.x;
  if (rest > 1u) { y[i].y = result.y; }
  if (rest > 2u) { y[i].z = result.z; }
}
