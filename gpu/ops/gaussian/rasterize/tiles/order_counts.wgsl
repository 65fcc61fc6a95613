// counts[j] = tiles of the j-th Gaussian by depth, 0 behind the last; one j a thread.
struct Uniforms { count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> touched: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> visible: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let j = id.x + id.y * groups.x * 64u;
  if (j >= u.count) { return; }
  counts[j] = 0u;
  if (j < visible[0]) {
    counts[j] = touched[order[j]];
  }
}
