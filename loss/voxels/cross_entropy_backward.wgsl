// dlogits = dy w_y / total (softmax - onehot(y)), 0 for ignored voxels; one thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> normalisers: array<vec2f>;
@group(0) @binding(5) var<storage, read> total: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> dlogits: array<f32>;
override WEIGHTED: u32 = 0u;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let label = labels[voxel];
  if (label == u.ignore || label >= u.channels || total[0] <= 0.0) {
    for (var c = 0u; c < u.channels; c++) {
      dlogits[c * u.voxels + voxel] = 0.0;
    }
    return;
  }
  var scale = dy[0] / total[0];
  if (WEIGHTED != 0u) { scale *= weights[label]; }
  let normaliser = normalisers[voxel];
  for (var c = 0u; c < u.channels; c++) {
    let at = c * u.voxels + voxel;
    let p = exp(logits[at] - normaliser.x) * normaliser.y;
    dlogits[at] = scale * (p - select(0.0, 1.0, c == label));
  }
}
