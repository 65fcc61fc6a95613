// What walking back reads: the lists of tiles, the Gaussians on the screen, and of the pixels a buffer for each
// plane. pixel_planes_narrow.wgsl has the latter in one, for devices that bind eight buffers.
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
