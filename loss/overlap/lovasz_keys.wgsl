// keys = bits of the largest float - bits of |1[label = class] - p|, so that ascending keys mean falling
// errors, for each of some classes; sizes[class] = how many there are, none for the class that is ignored
// and those that no voxel has, sizes[channels] = classes seen. One thread owns one rank of one class.
struct Uniforms { voxels: u32, channels: u32, first_class: u32, classes: u32, ignore: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> probs: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read> voxel_of: array<u32>;
@group(0) @binding(5) var<storage, read> counts: array<u32>;
@group(0) @binding(6) var<storage, read_write> sizes: array<u32>;
@group(0) @binding(7) var<storage, read_write> keys: array<u32>;
@group(0) @binding(8) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= u.classes * u.voxels) { return; }
  let own = index / u.voxels;
  let k = index % u.voxels;
  let class_index = u.first_class + own;
  let there = counts[class_index] > 0u && class_index != u.ignore;
  let kept = select(0u, places[u.voxels], there);
  if (k == 0u) { sizes[own] = kept; }
  if (index == 0u) {
    var seen = 0u;
    for (var c = 0u; c < u.channels; c++) {
      seen += select(0u, 1u, counts[c] > 0u);
    }
    sizes[u.classes] = seen;
  }
  if (k >= kept) { return; }
  let voxel = voxel_of[k];
  let hit = select(0.0, 1.0, labels[voxel] == class_index);
  keys[index] = 0x7fffffffu - bitcast<u32>(abs(hit - probs[class_index * u.voxels + voxel]));
  values[index] = voxel;
}
