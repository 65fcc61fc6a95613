// mean += Sigma (noise * rate * sigmoid(-100 (opacity - 0.005))), in place: faint Gaussians wander, as far
// as they are large (Kheradmand et al. 2024, equation 9); one Gaussian a thread.
struct Uniforms {
  count: u32,
  rate: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> means: array<f32>;
@group(0) @binding(2) var<storage, read> log_scales: array<f32>;
@group(0) @binding(3) var<storage, read> rotations: array<vec4f>;
@group(0) @binding(4) var<storage, read> opacity: array<f32>;
@group(0) @binding(5) var<storage, read> noise: array<f32>;

const STEEPNESS = 100.0;
const FAINT = 0.005;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= u.count) { return; }
  let o = 1.0 / (1.0 + exp(-opacity[i]));
  let share = u.rate / (1.0 + exp(STEEPNESS * (o - FAINT)));
  let scales = exp(vec3f(log_scales[3u * i], log_scales[3u * i + 1u], log_scales[3u * i + 2u]));
  let draw = share * vec3f(noise[3u * i], noise[3u * i + 1u], noise[3u * i + 2u]);
  // Columns are the rows of R: R^T v is rows * v, R v is v * rows.
  let rows = rotation_rows(normalized(rotations[i]));
  let offset = (scales * scales * (rows * draw)) * rows;
  // One so large that its covariance is infinite stays where it is; by bits, for there may be no NaNs.
  let bits = bitcast<vec3u>(offset) & vec3u(0x7f800000u);
  if (any(bits == vec3u(0x7f800000u))) { return; }
  for (var k = 0u; k < 3u; k++) { means[3u * i + k] += offset[k]; }
}
