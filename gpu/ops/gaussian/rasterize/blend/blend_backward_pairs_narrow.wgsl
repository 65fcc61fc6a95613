// blend_backward_pairs.wgsl for devices that bind eight buffers: what is known of the pixels lies in one.
// stand by the depth of their Gaussians, so a window of them is a layer of the scene.
struct Uniforms {
  background: vec3f,
  size: vec2u,
  tiles: vec2u,
  // First pair of the window and how many there is room for.
  first: u32,
  room: u32,
  // Where the planes of each tensor begin in `pixels`.
  remaining: u32,
  depth_of_list: u32,
  dimage: u32,
  dinverse_depth: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> pairs: array<u32>;
@group(0) @binding(3) var<storage, read> owners: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<vec4f>;
@group(0) @binding(5) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(6) var<storage, read> colours: array<vec4f>;
@group(0) @binding(7) var<storage, read> pixels: array<u32>;
// Three vectors a pair: place, shape, colour.
@group(0) @binding(8) var<storage, read_write> partials: array<vec4f>;

override EXACT = true;
override TIGHT = true;
override DEPTHS = true;
// Whether the sums of magnitudes are wanted.
override MAGNITUDES = true;

// 0 by 1 / depth where there are no DEPTHS.
fn upstream_of(pixel: u32, plane: u32) -> vec4f {
  var near = 0u;
  if (DEPTHS) {
    near = pixels[u.dinverse_depth + pixel];
  }
  let at = u.dimage + pixel;
  return bitcast<vec4f>(vec4u(pixels[at], pixels[at + plane], pixels[at + 2u * plane], near));
}

fn light_of(pixel: u32) -> f32 {
  return bitcast<f32>(pixels[u.remaining + pixel]);
}

fn length_of(pixel: u32) -> u32 {
  return pixels[u.depth_of_list + pixel];
}

fn put(pair_owner: vec2u, part: u32, sum: vec4f) {
  let at = pair_owner.x - u.first;
  if (at >= u.room) { return; }
  partials[3u * at + part] = sum;
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
