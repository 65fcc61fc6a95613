// What windows pass back to the pixels in them. Wants the bindings of ssim_backward.wgsl and the window.
override MEAN = false;
// Whether img1 is cut to [0, 1] first; what is outside then has no gradient.
override CLAMP = false;

// At four pixels: the sum without x1 and x2, and the factors of these.
struct Slopes { constant: vec4f, x: vec4f, y: vec4f }

fn pixel_at(at: u32) -> vec2f {
  return vec2f(select(img1[at], clamp(img1[at], 0.0, 1.0), CLAMP), img2[at]);
}

// What a pixel's window passes back, 0 outside of what counts.
fn slopes_at(x: i32, y: i32, plane: u32, shift: vec2f) -> vec3f {
  let size = vec2i(i32(u.width), i32(u.height));
  let inside = clamp(vec2i(x, y), vec2i(0), size - 1);
  let at = plane + u32(inside.y) * u.width + u32(inside.x);
  var g = 0.0;
  if (MEAN) { g = dmap[0] * u.scale; } else { g = dmap[at]; }
  let slopes = vec2f(2.0 * by_square[at], by_product[at]);
  let value = g * vec3f(by_mean[at] - dot(pixel_at(at) - shift, slopes), slopes);
  let first = vec2i(i32(u.crop));
  let counts = all(vec2i(x, y) >= first) && all(vec2i(x, y) < size - first);
  return select(vec3f(0.0), value, counts);
}

fn add_pixel(s: ptr<function, Slopes>, tap: vec4f, constant: f32, x: f32, y: f32) {
  (*s).constant += weigh(tap, constant);
  (*s).x += weigh(tap, x);
  (*s).y += weigh(tap, y);
}

fn no_slopes() -> Slopes {
  // Zeros spelled out: naga does not clear a variable again when a loop comes back to it.
  return Slopes(vec4f(0.0), vec4f(0.0), vec4f(0.0));
}

// The gradient of a pixel from its windowed slopes.
fn store_gradient(slopes: vec3f, at: u32, shift: vec2f) {
  let pixel = pixel_at(at);
  var d = slopes.x + dot(pixel - shift, slopes.yz);
  if (u.absolute != 0.0) {
    d += dmap[0] * u.absolute * sign(pixel.x - pixel.y);
  }
  if (CLAMP) {
    d = select(0.0, d, img1[at] >= 0.0 && img1[at] <= 1.0);
  }
  dimg1[at] = d;
}
