// keys[i] = a random word below 2^31 for the first `count` places, the largest word behind; one thread owns one.
struct Uniforms { capacity: u32, stream: vec2u, key: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> count: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.capacity) { return; }
  keys[i] = select(0xffffffffu, philox_block(u.stream, i, u.key).x >> 1u, i < count[0]);
}
