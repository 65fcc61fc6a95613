// blend_backward_swap.wgsl for devices that bind eight buffers: what is known of the pixels lies in one.
struct Uniforms {
  background: vec3f,
  size: vec2u,
  tiles: vec2u,
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
// Twelve sums a Gaussian, bits of f32 that start at 0.
@group(0) @binding(8) var<storage, read_write> sums_of: array<atomic<u32>>;

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

fn add(at: u32, value: f32) {
  var seen = atomicLoad(&sums_of[at]);
  loop {
    let sum = bitcast<u32>(bitcast<f32>(seen) + value);
    let swap = atomicCompareExchangeWeak(&sums_of[at], seen, sum);
    if (swap.exchanged) { break; }
    seen = swap.old_value;
  }
}

fn put(pair_owner: vec2u, part: u32, sum: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    add(12u * pair_owner.y + 4u * part + k, sum[k]);
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
