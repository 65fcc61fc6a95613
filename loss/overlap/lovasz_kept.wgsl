// kept = 1 where the label counts, else 0; one thread owns one voxel.
struct Uniforms { voxels: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> kept: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let label = labels[voxel];
  kept[voxel] = select(1u, 0u, label == u.ignore || label == 0xffffffffu);
}
