// keys = bits of the largest float - bits of |1[label = class] - p|, so that ascending keys mean
// falling errors; none for a class that no voxel has. One thread owns one of the voxels that count.
struct Uniforms { voxels: u32, class_index: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read> voxel_of: array<u32>;
@group(0) @binding(5) var<storage, read> counts: array<u32>;
@group(0) @binding(6) var<storage, read_write> size: array<u32>;
@group(0) @binding(7) var<storage, read_write> keys: array<u32>;
@group(0) @binding(8) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let k = id.x + id.y * groups.x * 64u;
  let kept = select(0u, places[u.voxels], counts[u.class_index] > 0u);
  if (k == 0u) { size[0] = kept; }
  if (k >= kept) { return; }
  let voxel = voxel_of[k];
  let hit = select(0.0, 1.0, labels[voxel] == u.class_index);
  keys[k] = 0x7fffffffu - bitcast<u32>(abs(hit - probs[u.class_index * u.voxels + voxel]));
  values[k] = voxel;
}
