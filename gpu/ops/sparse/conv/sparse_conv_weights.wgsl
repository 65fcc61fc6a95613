// packed[tap, k, n] = weight[n, tap, k], or weight[k, mirrored tap, n] for the way back; padded to quads
// with zeros. One thread owns one value.
struct Uniforms { taps: u32, k: u32, n: u32, k_padded: u32, n_padded: u32, mirrored: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= u.taps * u.k_padded * u.n_padded) { return; }
  let n = at % u.n_padded;
  let k = at / u.n_padded % u.k_padded;
  let tap = at / (u.n_padded * u.k_padded);
  var value = 0.0;
  if (n < u.n && k < u.k) {
    if (u.mirrored == 1u) {
      value = weight[(k * u.taps + u.taps - 1u - tap) * u.n + n];
    } else {
      value = weight[(n * u.taps + tap) * u.k + k];
    }
  }
  packed[at] = value;
}
