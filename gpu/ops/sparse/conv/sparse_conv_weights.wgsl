// packed[tap, k, n] = weight[n, tap, k], or weight[k, mirrored tap, n] for the way back; padded to quads
// with zeros. One thread owns a quad of n.
struct Uniforms { taps: u32, k: u32, n: u32, k_padded: u32, n_quads: u32, mirrored: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<vec4f>;

fn value_at(tap: u32, k: u32, n: u32) -> f32 {
  if (n >= u.n || k >= u.k) { return 0.0; }
  if (u.mirrored == 1u) { return weight[(k * u.taps + u.taps - 1u - tap) * u.n + n]; }
  return weight[(n * u.taps + tap) * u.k + k];
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.taps * u.k_padded * u.n_quads) { return; }
  let n = 4u * (at % u.n_quads);
  let row = at / u.n_quads;
  let k = row % u.k_padded;
  let tap = row / u.k_padded;
  packed[at] = vec4f(
    value_at(tap, k, n), value_at(tap, k, n + 1u), value_at(tap, k, n + 2u), value_at(tap, k, n + 3u),
  );
}
