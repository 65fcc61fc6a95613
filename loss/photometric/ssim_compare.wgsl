// What a pixel's windowed sums come to. Wants the bindings of ssim.wgsl and the window.
override MAP = true;
override GRADIENT = true;
override SUMS = false;
// Whether img1 is cut to [0, 1] first.
override CLAMP = false;

const C1 = 0.0001;
const C2 = 0.0009;

fn pixel_at(at: u32) -> vec2f {
  return vec2f(select(img1[at], clamp(img1[at], 0.0, 1.0), CLAMP), img2[at]);
}

// A pixel counted from the shift, 0 outside of the picture.
fn pixel_or_zero(x: i32, y: i32, plane: u32, shift: vec2f) -> vec2f {
  let size = vec2i(i32(u.width), i32(u.height));
  let at = clamp(vec2i(x, y), vec2i(0), size - 1);
  let value = pixel_at(plane + u32(at.y) * u.width + u32(at.x)) - shift;
  return select(vec2f(0.0), value, all(at == vec2i(x, y)));
}

// Windowed sums of x1, x2, x1 x1 + x2 x2 and x1 x2 at four pixels.
struct Moments { x: vec4f, y: vec4f, squares: vec4f, xy: vec4f }

fn no_moments() -> Moments {
  // Zeros spelled out: naga does not clear a variable again when a loop comes back to it.
  let zero = vec4f(0.0);
  return Moments(zero, zero, zero, zero);
}

fn add_pixel(m: ptr<function, Moments>, tap: vec4f, x: f32, y: f32) {
  (*m).x += weigh(tap, x);
  (*m).y += weigh(tap, y);
  (*m).squares += weigh(tap, x * x + y * y);
  (*m).xy += weigh(tap, x * y);
}

// Stores what is wanted of a pixel, and returns what it adds to the sums; `sums` are those of x1, x2,
// x1 x1 + x2 x2 and x1 x2, all values, its own too, counted from the shift.
fn compare(sums: vec4f, pixel: vec2u, plane: u32, shift: vec2f, own: vec2f) -> vec2f {
  let means = sums.xy;
  // Back from the shifted values, with what the weights inside the picture lack to a sum of 1.
  let lack_x = lack(pixel.x, u.width);
  let lack_y = lack(pixel.y, u.height);
  let missing = lack_x + lack_y - lack_x * lack_y;
  let inside = 1.0 - missing;
  let mean = means + inside * shift;
  let variances = max(
    0.0,
    sums.z - dot(means, means) + missing * dot(2.0 * means + inside * shift, shift),
  );
  let covariance = sums.w - means.x * means.y +
    missing * (shift.x * means.y + shift.y * means.x + inside * shift.x * shift.y);
  let a = dot(mean, mean) + C1;
  let b = variances + C2;
  let c = 2.0 * mean.x * mean.y + C1;
  let d = 2.0 * covariance + C2;
  let value = c * d / (a * b);
  let similarity = clamp(value, -1.0, 1.0);
  let at = plane + pixel.y * u.width + pixel.x;
  if (MAP) {
    map[at] = similarity;
  }
  if (GRADIENT) {
    let open = select(0.0, 1.0, abs(value) <= 1.0);
    let by_variance = -value / b;
    let by_covariance = 2.0 * c / (a * b);
    // mean.y a - mean.x c, without the terms that cancel where the means are alike.
    let difference = means.y - means.x + inside * (shift.y - shift.x);
    let numerator = difference * (mean.y * (mean.x + mean.y) + C1);
    // Means as seen from the pixel in the middle of the window.
    let offset = means - missing * shift - own;
    by_mean[at] = open *
      (2.0 * d * numerator / (a * a * b) - 2.0 * offset.x * by_variance - offset.y * by_covariance);
    by_square[at] = open * by_variance;
    by_product[at] = open * by_covariance;
  }
  if (!SUMS) { return vec2f(0.0); }
  let x = own + shift;
  return vec2f(abs(x.x - x.y), similarity);
}
