// Gradients of each pair of a Gaussian and a tile, in the pair's own place; a workgroup owns a tile. Pairs
// stand by the depth of their Gaussians, so a window of them is a layer of the scene.
struct Uniforms {
  background: vec3f,
  size: vec2u,
  tiles: vec2u,
  // First pair of the window and how many there is room for.
  first: u32,
  room: u32,
  // Where the planes of each tensor begin, if they lie in one.
  remaining: u32,
  depth_of_list: u32,
  dimage: u32,
  dinverse_depth: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;

fn put(pair_owner: vec2u, part: u32, sum: vec4f) {
  let at = pair_owner.x - u.first;
  if (at >= u.room) { return; }
  put_at(at, part, sum);
}

fn put_nothing(pair: u32, part: u32) {
  put(vec2u(pair, 0u), part, vec4f(0.0));
}

fn is_past(pair: u32) -> bool {
  return pair < u.first;
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
