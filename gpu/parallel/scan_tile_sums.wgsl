// sums[t] = sum of tile t; one workgroup owns one tile of 4096 values.
struct Uniforms { count: u32, tiles: u32, flags: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles) { return; }
  let start = tile * 4096u;
  let end = min(start + 4096u, u.count);
  var sum = 0u;
  for (var i = start + lane; i < end; i += 256u) {
    let value = x[i];
    sum += select(value, min(value, 1u), u.flags == 1u);
  }
  let total = workgroup_scan(sum, lane).y;
  if (lane == 0u) {
    sums[tile] = total;
  }
}
