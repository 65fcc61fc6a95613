// pixel_planes.wgsl with the planes of the pixels in one buffer, which begin where the uniforms of their names say.
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> pairs: array<u32>;
@group(0) @binding(3) var<storage, read> owners: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<vec4f>;
@group(0) @binding(5) var<storage, read> shapes: array<vec4f>;
@group(0) @binding(6) var<storage, read> colours: array<vec4f>;
@group(0) @binding(7) var<storage, read> pixels: array<u32>;

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
