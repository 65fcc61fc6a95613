// dlogits of the sigmoid focal loss, 0 for ignored voxels; one thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32, ignore: u32, gamma: f32, alpha: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> factors: array<f32>;
@group(0) @binding(5) var<storage, read> total: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> dlogits: array<f32>;
override WEIGHTED: u32 = 0u;
override FACTORED: u32 = 0u;
const FLOOR = -87.33654;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let label = labels[voxel];
  var scale = 0.0;
  if (label != u.ignore && label < u.channels) {
    scale = dy[0] / total[0];
    if (WEIGHTED != 0u) { scale *= weights[label]; }
    if (FACTORED != 0u) { scale *= factors[voxel]; }
  }
  for (var c = 0u; c < u.channels; c++) {
    let hit = c == label;
    let side = select(-1.0, 1.0, hit);
    let x = side * logits[c * u.voxels + voxel];
    let right = sigmoid(x);
    let wrong = sigmoid(-x);
    // d/dx of -wrong^gamma log(right).
    let slope = pow(wrong, u.gamma) * (u.gamma * right * max(log_sigmoid(x), FLOOR) - wrong);
    dlogits[c * u.voxels + voxel] = scale * side * select(1.0 - u.alpha, u.alpha, hit) * slope;
  }
}
