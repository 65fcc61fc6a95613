// dprobs[y] = -dy w_y / (total p_y) inside the clamp; the rest is zero already. A thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32, ignore: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> total: array<f32>;
@group(0) @binding(5) var<storage, read> dy: array<f32>;
@group(0) @binding(6) var<storage, read_write> dprobs: array<f32>;
override WEIGHTED: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels || total[0] <= 0.0) { return; }
  let label = labels[voxel];
  if (label == u.ignore || label >= u.channels) { return; }
  let at = label * u.voxels + voxel;
  let p = probs[at];
  if (p < u.low || p > u.high) { return; }
  var scale = dy[0] / total[0];
  if (WEIGHTED != 0u) { scale *= weights[label]; }
  dprobs[at] = -scale / p;
}
