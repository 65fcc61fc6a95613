// y[n, c, p] = (distorted(x[n, p])[c] - mean[c]) / deviation[c], or [2 - c] where BGR is set; one thread
// owns one pixel of an RGB byte image.
struct Uniforms { mean: vec3f, deviation: vec3f, pixels: u32, count: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
// Four bytes a word.
@group(0) @binding(1) var<storage, read> x: array<u32>;
// Two vectors an image: brightness, contrast before, contrast after, saturation; hue and the sources
// of red, green and blue.
@group(0) @binding(2) var<storage, read> distortion: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
override BGR: bool;

const EPSILON = 1.1920929e-7; // FLT_EPSILON, as in OpenCV

fn byte_at(i: u32) -> f32 {
  return f32((x[i >> 2u] >> (8u * (i & 3u))) & 255u);
}

// Hue in degrees, saturation and value; values may be negative or above 255, nothing is clipped.
fn hsv_from_rgb(rgb: vec3f) -> vec3f {
  let value = max(max(rgb.x, rgb.y), rgb.z);
  let range = value - min(min(rgb.x, rgb.y), rgb.z);
  let step = 60.0 / (range + EPSILON);
  var hue = (rgb.x - rgb.y) * step + 240.0;
  if (value == rgb.x) {
    hue = (rgb.y - rgb.z) * step;
  } else if (value == rgb.y) {
    hue = (rgb.z - rgb.x) * step + 120.0;
  }
  return vec3f(select(hue, hue + 360.0, hue < 0.0), range / (abs(value) + EPSILON), value);
}

fn rgb_from_hsv(hue: f32, saturation: f32, value: f32) -> vec3f {
  if (saturation == 0.0) { return vec3f(value); }
  let sixth = hue / 60.0;
  let part = sixth - floor(sixth);
  let low = value * (1.0 - saturation);
  let falling = value * (1.0 - saturation * part);
  let rising = value * (1.0 - saturation * (1.0 - part));
  switch (u32(sixth) % 6u) {
    case 0u: { return vec3f(value, rising, low); }
    case 1u: { return vec3f(falling, value, low); }
    case 2u: { return vec3f(low, value, rising); }
    case 3u: { return vec3f(low, falling, value); }
    case 4u: { return vec3f(rising, low, value); }
    default: { return vec3f(value, low, falling); }
  }
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
  let tone = distortion[2u * image];
  let turn = distortion[2u * image + 1u];
  let rgb = vec3f(byte_at(3u * pixel), byte_at(3u * pixel + 1u), byte_at(3u * pixel + 2u));
  let hsv = hsv_from_rgb((rgb + tone.x) * tone.y);
  var hue = hsv.x + turn.x;
  if (hue > 360.0) { hue -= 360.0; }
  if (hue < 0.0) { hue += 360.0; }
  let mixed = rgb_from_hsv(hue, hsv.y * tone.w, hsv.z) * tone.z;
  let sources = vec3u(turn.yzw);
  let shuffled = vec3f(mixed[sources.x], mixed[sources.y], mixed[sources.z]);
  let normalised = (select(shuffled, shuffled.zyx, BGR) - u.mean) / u.deviation;
  y[target_pixel] = normalised.x;
  y[target_pixel + u.pixels] = normalised.y;
  y[target_pixel + 2u * u.pixels] = normalised.z;
}
