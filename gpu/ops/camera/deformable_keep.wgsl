// keep = one bit for each (level, group) of a visible (point, camera); a thread owns one (Gaussian, point, camera).
struct Uniforms { pairs: u32, bits: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> location: array<vec2f>;
@group(0) @binding(2) var<storage, read> visible: array<u32>;
@group(0) @binding(3) var<storage, read_write> keep: array<u32>;

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
  }
  keep[pair] = word;
}
