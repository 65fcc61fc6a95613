// ds_i = -2 / s_i^3 (R G R^T)_ii - ddensity density / s_i and dR = 2 D R G, G the symmetric gradient of A; a thread owns one Gaussian.
struct Uniforms { gaussians: u32, given: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> scales: array<f32>;
@group(0) @binding(2) var<storage, read> quaternions: array<vec4f>;
@group(0) @binding(3) var<storage, read> dinverse: array<f32>;
@group(0) @binding(4) var<storage, read> ddensity: array<f32>;
@group(0) @binding(5) var<storage, read_write> dscales: array<f32>;
@group(0) @binding(6) var<storage, read_write> dquaternions: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let unit = normalized(quaternions[g]);
  let rows = rotation_rows(unit);
  let scale = vec3f(scales[3u * g], scales[3u * g + 1u], scales[3u * g + 2u]);
  var dscale = vec3f(0.0);
  var dquaternion = vec4f(0.0);
  if (u.given.x != 0u) {
    let c = 6u * g;
    // An off-diagonal number stands for two places, each of which gets half its gradient.
    let xy = 0.5 * dinverse[c + 3u];
    let yz = 0.5 * dinverse[c + 4u];
    let xz = 0.5 * dinverse[c + 5u];
    let gradient = mat3x3f(
      vec3f(dinverse[c], xy, xz), vec3f(xy, dinverse[c + 1u], yz), vec3f(xz, yz, dinverse[c + 2u]),
    );
    let turned = mat3x3f(gradient * rows[0], gradient * rows[1], gradient * rows[2]);
    let squares = vec3f(dot(rows[0], turned[0]), dot(rows[1], turned[1]), dot(rows[2], turned[2]));
    let sharp = 1.0 / scale;
    dscale = -2.0 * sharp * sharp * sharp * squares;
    let weights = 2.0 * sharp * sharp;
    let drows = mat3x3f(weights.x * turned[0], weights.y * turned[1], weights.z * turned[2]);
    dquaternion = normalized_backward(quaternions[g], rotation_rows_backward(unit, drows));
  }
  if (u.given.y != 0u) {
    dscale -= ddensity[g] / (scale.x * scale.y * scale.z) / scale;
  }
  for (var axis = 0u; axis < 3u; axis++) {
    dscales[3u * g + axis] = dscale[axis];
  }
  dquaternions[g] = dquaternion;
}
