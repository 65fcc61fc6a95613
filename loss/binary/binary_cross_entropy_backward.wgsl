// dprobs = dy / voxels (-1 / p or 1 / (1 - p)) inside the clamp, else 0; one thread owns one voxel.
struct Uniforms { voxels: u32, empty: u32, ignore: u32, low: f32, high: f32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> total: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dprobs: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let label = labels[voxel];
  let p = probs[voxel];
  var gradient = 0.0;
  if (label != u.ignore && label != 0xffffffffu && p >= u.low && p <= u.high) {
    gradient = dy[0] / total[0] * select(1.0 / (1.0 - p), -1.0 / p, label != u.empty);
  }
  dprobs[voxel] = gradient;
}
