// masked = mask ? labels : EXCLUDED; one thread owns one voxel.
struct Uniforms { voxels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> masked: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  masked[voxel] = select(0xffffffffu, labels[voxel], mask[voxel] != 0u);
}
