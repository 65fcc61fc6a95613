// dprobs = dy (inside or outside + slope p) of each class, 0 for ignored voxels; one thread owns one voxel.
struct Uniforms { channels: u32, voxels: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> gradients: array<ClassGradient>;
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
  var scale = dy[0];
  if (label == u.ignore || label == 0xffffffffu) { scale = 0.0; }
  for (var c = 0u; c < u.channels; c++) {
    let at = c * u.voxels + voxel;
    let gradient = gradients[c];
    dprobs[at] = scale *
      (select(gradient.outside, gradient.inside, label == c) + gradient.slope * probs[at]);
  }
}
