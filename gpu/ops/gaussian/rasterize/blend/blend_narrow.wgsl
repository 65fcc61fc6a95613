// blend.wgsl for devices that bind eight buffers: the planes of all results lie in one.
struct Uniforms {
  background: vec3f,
  size: vec2u,
  tiles: vec2u,
  // Where the planes of each result begin in `pixels`.
  image: u32,
  inverse_depth: u32,
  remaining: u32,
  depth_of_list: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> pairs: array<u32>;
@group(0) @binding(4) var<storage, read> owners: array<u32>;
@group(0) @binding(5) var<storage, read> places: array<vec4f>;
@group(0) @binding(6) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(7) var<storage, read> colours: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> pixels: array<u32>;

// Whether a thread passes over Gaussians that do not reach its block.
override TIGHT = true;

fn put_pixel(pixel: u32, plane: u32, colour: vec3f, near: f32, light: f32, last: u32) {
  let bits = bitcast<vec3u>(colour);
  pixels[u.image + pixel] = bits.x;
  pixels[u.image + plane + pixel] = bits.y;
  pixels[u.image + 2u * plane + pixel] = bits.z;
  pixels[u.inverse_depth + pixel] = bitcast<u32>(near);
  pixels[u.remaining + pixel] = bitcast<u32>(light);
  pixels[u.depth_of_list + pixel] = last;
}

@compute @workgroup_size(32)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  if (tile >= u.tiles.x * u.tiles.y) { return; }
  blend_tile(tile, lane);
}
