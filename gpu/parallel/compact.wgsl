// kept[position of i] = values[i] where flags[i] is not 0, count[0] = how many; one value a thread.
struct Uniforms {
  count: u32,
  // 1 where the values are the positions of the flags.
  positions: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> flags: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> kept: array<u32>;
@group(0) @binding(5) var<storage, read_write> count: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.x + id.y * groups.x * 64u;
  if (i == u.count) {
    count[0] = places[i];
  }
  if (i >= u.count || flags[i] == 0u) { return; }
  if (u.positions == 1u) {
    kept[places[i]] = i;
  } else {
    kept[places[i]] = values[i];
  }
}
