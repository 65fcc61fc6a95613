// starts[v] = number of points in voxels below v, found by halving the sorted list; a thread owns one voxel.
struct Uniforms { points: u32, voxels: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> sorted: array<u32>;
@group(0) @binding(2) var<storage, read_write> starts: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let voxel = id.x + id.y * groups.x * 64u;
  if (voxel > u.voxels) { return; }
  var low = 0u;
  var high = u.points;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (sorted[middle] < voxel) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  starts[voxel] = low;
}
