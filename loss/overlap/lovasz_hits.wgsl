// hits[class, k] = 1 where the voxel of the class's k-th largest error has the class; one thread owns one rank.
struct Uniforms { voxels: u32, first_class: u32, classes: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> sizes: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> hits: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let index = id.x + id.y * groups.x * 64u;
  let own = index / u.voxels;
  if (own >= u.classes) { return; }
  var hit = 0u;
  if (index % u.voxels < sizes[own]) {
    hit = select(0u, 1u, labels[order[index]] == u.first_class + own);
  }
  hits[index] = hit;
}
