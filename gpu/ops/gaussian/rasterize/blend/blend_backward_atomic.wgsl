// Gradients of the Gaussians, summed over tiles by atomics in any order; a workgroup owns a tile.
struct Uniforms {
  background: vec3f,
  size: vec2u,
  tiles: vec2u,
  // Where the planes of each tensor begin, if they lie in one.
  remaining: u32,
  depth_of_list: u32,
  dimage: u32,
  dinverse_depth: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;

fn put(pair_owner: vec2u, part: u32, sum: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    add_to_sum(12u * pair_owner.y + 4u * part + k, sum[k]);
  }
}

fn put_nothing(pair: u32, part: u32) {}

fn is_past(pair: u32) -> bool {
  return false;
}

@compute @workgroup_size(32)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles.x * u.tiles.y) { return; }
  walk_tile(tile, lane);
}
