// voxel_of[place] = voxel for the voxels that count, in order, and counts[label] = how many there are;
// one thread owns one voxel.
struct Uniforms { voxels: u32, channels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read_write> voxel_of: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel >= u.voxels) { return; }
  let place = places[voxel];
  if (place == places[voxel + 1u]) { return; }
  voxel_of[place] = voxel;
  let label = labels[voxel];
  if (label < u.channels) {
    atomicAdd(&counts[label], 1u);
  }
}
