// A = R^T diag(1 / s^2) R as (xx, yy, zz, xy, yz, xz), and density = 1 / (s0 s1 s2); a thread owns one Gaussian.
struct Uniforms { gaussians: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> scales: array<f32>;
@group(0) @binding(2) var<storage, read> quaternions: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(4) var<storage, read_write> density: array<f32>;

// Whether to give the covariance itself, R^T diag(s^2) R.
override COVARIANCE: bool = false;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let g = id.x + id.y * groups.x * 64u;
  if (g >= u.gaussians) { return; }
  let rows = rotation_rows(normalized(quaternions[g]));
  let scale = vec3f(scales[3u * g], scales[3u * g + 1u], scales[3u * g + 2u]);
  let sharp = select(1.0 / scale, scale, vec3<bool>(COVARIANCE));
  let a = sharp.x * rows[0];
  let b = sharp.y * rows[1];
  let c = sharp.z * rows[2];
  let diagonal = a * a + b * b + c * c;
  let off = a * a.yzx + b * b.yzx + c * c.yzx;
  for (var axis = 0u; axis < 3u; axis++) {
    inverse[6u * g + axis] = diagonal[axis];
    inverse[6u * g + 3u + axis] = off[axis];
  }
  density[g] = 1.0 / (scale.x * scale.y * scale.z);
}
