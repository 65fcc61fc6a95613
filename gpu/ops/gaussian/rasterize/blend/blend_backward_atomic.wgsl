// Gradients of the Gaussians, summed over tiles by atomics in any order; a workgroup owns a tile.
struct Uniforms { background: vec3f, size: vec2u, tiles: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> pairs: array<u32>;
@group(0) @binding(3) var<storage, read> owners: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<vec4f>;
@group(0) @binding(5) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(6) var<storage, read> colours: array<vec4f>;
@group(0) @binding(7) var<storage, read> remaining: array<f32>;
@group(0) @binding(8) var<storage, read> depth_of_list: array<u32>;
@group(0) @binding(9) var<storage, read> dimage: array<f32>;
// Read where there are DEPTHS.
@group(0) @binding(10) var<storage, read> dinverse_depth: array<f32>;
// Twelve sums a Gaussian that start at 0.
@group(0) @binding(11) var<storage, read_write> sums_of: array<atomic<f32>>;

override EXACT = true;
override TIGHT = true;
override DEPTHS = true;
// Whether the sums of magnitudes are wanted.
override MAGNITUDES = true;

// 0 by 1 / depth where there are no DEPTHS.
fn upstream_of(pixel: u32, plane: u32) -> vec4f {
  var near = 0.0;
  if (DEPTHS) {
    near = dinverse_depth[pixel];
  }
  return vec4f(dimage[pixel], dimage[plane + pixel], dimage[2u * plane + pixel], near);
}

fn light_of(pixel: u32) -> f32 {
  return remaining[pixel];
}

fn length_of(pixel: u32) -> u32 {
  return depth_of_list[pixel];
}

fn put(pair_owner: vec2u, part: u32, sum: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    atomicAdd(&sums_of[12u * pair_owner.y + 4u * part + k], sum[k]);
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
