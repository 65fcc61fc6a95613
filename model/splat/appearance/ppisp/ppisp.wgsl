// y = response(colour(vignetting(exposure(image)))) [3, height, width]; a thread owns one pixel.
struct Uniforms { width: u32, height: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> shared_values: array<f32>;
@group(0) @binding(2) var<storage, read> image: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override FRAME: bool;
override CAMERA: bool;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = id.x + id.y * groups.x * 64u;
  let pixels = u.width * u.height;
  if (n >= pixels) { return; }
  var colour = vec3f(image[n], image[pixels + n], image[2u * pixels + n]);
  if (FRAME) { colour *= shared_values[0]; }
  if (CAMERA) {
    let place = place_of(n, u.width, u.height);
    for (var channel = 0u; channel < 3u; channel++) {
      colour[channel] *= clamp(falloff_of(channel, place).raw, 0.0, 1.0);
    }
  }
  if (FRAME) { colour = recoloured(mapped_of(colour)); }
  if (CAMERA) {
    for (var channel = 0u; channel < 3u; channel++) {
      let value = response_of(channel, clamp(colour[channel], 0.0, 1.0));
      colour[channel] = power(value, shared_values[25u + 8u * channel + 2u]);
    }
  }
  y[n] = colour.x;
  y[pixels + n] = colour.y;
  y[2u * pixels + n] = colour.z;
}
