// Blends each tile's Gaussians front to back; a workgroup owns a tile, a thread 4 x 2 pixels.
struct Uniforms { background: vec3f, size: vec2u, tiles: vec2u }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read> pairs: array<u32>;
@group(0) @binding(4) var<storage, read> owners: array<u32>;
@group(0) @binding(5) var<storage, read> places: array<vec4f>;
@group(0) @binding(6) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(7) var<storage, read> colours: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> image: array<f32>;
@group(0) @binding(9) var<storage, read_write> inverse_depth: array<f32>;
// What the background shines through each pixel with, and how many of the tile's list it takes.
@group(0) @binding(10) var<storage, read_write> remaining: array<f32>;
@group(0) @binding(11) var<storage, read_write> depth_of_list: array<u32>;

// Whether a thread passes over Gaussians that do not reach its block.
override TIGHT = true;

fn put_pixel(pixel: u32, plane: u32, colour: vec3f, near: f32, light: f32, last: u32) {
  image[pixel] = colour.x;
  image[plane + pixel] = colour.y;
  image[2u * plane + pixel] = colour.z;
  inverse_depth[pixel] = near;
  remaining[pixel] = light;
  depth_of_list[pixel] = last;
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
