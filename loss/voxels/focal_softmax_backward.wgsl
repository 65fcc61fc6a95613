// dprobs[y] of the softmax focal loss; the rest is zero already. One thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32, ignore: u32, gamma: f32, alpha: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> factors: array<f32>;
@group(0) @binding(5) var<storage, read> total: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> dprobs: array<f32>;
override WEIGHTED: u32 = 0u;
override FACTORED: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let label = labels[voxel];
  if (label == u.ignore || label >= u.channels) { return; }
  var scale = u.alpha * dy[0] / total[0];
  if (WEIGHTED != 0u) { scale *= weights[label]; }
  if (FACTORED != 0u) { scale *= factors[voxel]; }
  let at = label * u.voxels + voxel;
  let p = clamp(probs[at], 1.1754944e-38, 1.0);
  let wrong = 1.0 - p;
  // At p = 1 both terms vanish, but (1 - p)^(gamma - 1) may not for gamma < 1: no 0 * infinity then.
  var slope = -pow(wrong, u.gamma) / p;
  if (wrong > 0.0) {
    slope += u.gamma * pow(wrong, u.gamma - 1.0) * log(p);
  }
  dprobs[at] = scale * slope;
}
