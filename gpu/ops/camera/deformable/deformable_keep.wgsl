// keep = one bit for each (level, group) of a visible (point, camera) that attention dropout spares; a thread owns one (Gaussian, point, camera).
struct Uniforms { stream: vec2u, key: vec2u, pairs: u32, bits: u32, threshold: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> visible: array<u32>;
@group(0) @binding(3) var<storage, read_write> keep: array<u32>;

// Before GaussianFormer-2, levels and groups were dropped together.
override WHOLE_SOFTMAX: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let pair = id.x + id.y * groups.x * 64u;
  if (pair >= u.pairs) { return; }
  let uv = location[pair];
  var word = 0u;
  if (visible[pair] != 0u && all(uv > vec2f(0.0)) && all(uv < vec2f(1.0))) {
    word = 0xffffffffu >> (32u - u.bits);
    if (u.threshold > 0u) {
      word &= drawn(pair);
    }
  }
  keep[pair] = word;
}

fn drawn(pair: u32) -> u32 {
  if (WHOLE_SOFTMAX) {
    return select(0u, 0xffffffffu, philox_block(u.stream, pair, u.key).x >= u.threshold);
  }
  let blocks = (u.bits + 3u) / 4u;
  var word = 0u;
  for (var block = 0u; block < blocks; block++) {
    let spared = philox_block(u.stream, pair * blocks + block, u.key) >= vec4u(u.threshold);
    word |= dot(select(vec4u(0u), vec4u(1u, 2u, 4u, 8u), spared), vec4u(1u)) << (4u * block);
  }
  return word;
}
