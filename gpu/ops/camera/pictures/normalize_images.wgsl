// y[n, c, p] = (x[n, p, c] - mean[c]) / deviation[c], or x[n, p, 2 - c] where BGR is set; one thread owns
// one pixel of an RGB byte image.
struct Uniforms { mean: vec3f, deviation: vec3f, pixels: u32, count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
// Four bytes a word.
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
override BGR: bool;

fn byte_at(i: u32) -> f32 {
  return f32((x[i >> 2u] >> (8u * (i & 3u))) & 255u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let pixel = id.x + id.y * groups.x * 64u;
  if (pixel >= u.count) { return; }
  let image = pixel / u.pixels;
  let target_pixel = image * 3u * u.pixels + pixel % u.pixels;
  let rgb = vec3f(byte_at(3u * pixel), byte_at(3u * pixel + 1u), byte_at(3u * pixel + 2u));
  let normalised = (select(rgb, rgb.zyx, BGR) - u.mean) / u.deviation;
  y[target_pixel] = normalised.x;
  y[target_pixel + u.pixels] = normalised.y;
  y[target_pixel + 2u * u.pixels] = normalised.z;
}
