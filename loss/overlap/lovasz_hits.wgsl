// hits[k] = 1 where the voxel of the k-th largest error has the class; one thread owns one rank.
struct Uniforms { class_index: u32, voxels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> size: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> hits: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  if (k >= min(size[0], u.voxels)) { return; }
  hits[k] = select(0u, 1u, labels[order[k]] == u.class_index);
}
