// map = (2 m1 m2 + C1)(2 s12 + C2) / ((m1 m1 + m2 m2 + C1)(s1 + s2 + C2)) of windowed means m and
// (co)variances s (Wang et al. 2004), zeros outside; one workgroup owns 16 x 16 pixels of a plane.
struct Uniforms { width: u32, height: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> img1: array<f32>;
@group(0) @binding(2) var<storage, read> img2: array<f32>;
@group(0) @binding(3) var<storage, read_write> map: array<f32>;
// Derivatives of the map by the window's sums of x1, x1 x1 and x1 x2, where all values are counted
// from those in the middle of the window.
@group(0) @binding(4) var<storage, read_write> by_mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> by_square: array<f32>;
@group(0) @binding(6) var<storage, read_write> by_product: array<f32>;
override GRADIENT: u32 = 1u;

const C1 = 0.0001;
const C2 = 0.0009;

struct Moments { means: vec2f, products: vec3f }

var<workgroup> pixels: array<vec2f, 676>;
var<workgroup> row_means: array<vec2f, 416>;
var<workgroup> row_products: array<vec3f, 416>;

fn add_pixel(m: Moments, weight: f32, at: u32) -> Moments {
  let x = pixels[at];
  let wx = weight * x;
  return Moments(m.means + wx, m.products + vec3f(wx * x, wx.x * x.y));
}

fn add_row(m: Moments, weight: f32, at: u32) -> Moments {
  return Moments(m.means + weight * row_means[at], m.products + weight * row_products[at]);
}

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  // Variances do not change when a number is taken off all values, but cancel less: a value from
  // the middle of the tile serves for all of it.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let middle_at = plane + middle.y * u.width + middle.x;
  let shift = vec2f(img1[middle_at], img2[middle_at]);
  for (var i = lane; i < 676u; i += 256u) {
    let x = corner.x + i32(i % 26u);
    let y = corner.y + i32(i / 26u);
    var value = vec2f(0.0);
    if (x >= 0 && y >= 0 && x < i32(u.width) && y < i32(u.height)) {
      let at = plane + u32(y) * u.width + u32(x);
      value = vec2f(img1[at], img2[at]) - shift;
    }
    pixels[i] = value;
  }
  workgroupBarrier();
  for (var i = lane; i < 416u; i += 256u) {
    let at = i / 16u * 26u + i % 16u;
    // Zeros spelled out: naga does not clear a variable again when a loop comes back to it.
    var m = Moments(vec2f(0.0), vec3f(0.0));
    m = add_pixel(m, W0, at);
    m = add_pixel(m, W1, at + 1u);
    m = add_pixel(m, W2, at + 2u);
    m = add_pixel(m, W3, at + 3u);
    m = add_pixel(m, W4, at + 4u);
    m = add_pixel(m, W5, at + 5u);
    m = add_pixel(m, W4, at + 6u);
    m = add_pixel(m, W3, at + 7u);
    m = add_pixel(m, W2, at + 8u);
    m = add_pixel(m, W1, at + 9u);
    m = add_pixel(m, W0, at + 10u);
    row_means[i] = m.means;
    row_products[i] = m.products;
  }
  workgroupBarrier();
  let pixel = group.xy * 16u + local.xy;
  if (pixel.x >= u.width || pixel.y >= u.height) { return; }
  var m = Moments(vec2f(0.0), vec3f(0.0));
  m = add_row(m, W0, lane);
  m = add_row(m, W1, lane + 16u);
  m = add_row(m, W2, lane + 32u);
  m = add_row(m, W3, lane + 48u);
  m = add_row(m, W4, lane + 64u);
  m = add_row(m, W5, lane + 80u);
  m = add_row(m, W4, lane + 96u);
  m = add_row(m, W3, lane + 112u);
  m = add_row(m, W2, lane + 128u);
  m = add_row(m, W1, lane + 144u);
  m = add_row(m, W0, lane + 160u);

  // Back from the shifted values, with what the weights inside the picture lack to a sum of 1.
  let lack_x = lack(pixel.x, u.width);
  let lack_y = lack(pixel.y, u.height);
  let missing = lack_x + lack_y - lack_x * lack_y;
  let inside = 1.0 - missing;
  let mean = m.means + inside * shift;
  let variance = max(
    m.products.xy - m.means * m.means + missing * (2.0 * m.means + inside * shift) * shift,
    vec2f(0.0),
  );
  let covariance = m.products.z - m.means.x * m.means.y +
    missing * (shift.x * m.means.y + shift.y * m.means.x + inside * shift.x * shift.y);
  let a = dot(mean, mean) + C1;
  let b = variance.x + variance.y + C2;
  let c = 2.0 * mean.x * mean.y + C1;
  let d = 2.0 * covariance + C2;
  let value = c * d / (a * b);
  let at = plane + pixel.y * u.width + pixel.x;
  map[at] = clamp(value, -1.0, 1.0);
  if (GRADIENT != 0u) {
    let open = select(0.0, 1.0, abs(value) <= 1.0);
    let by_variance = -value / b;
    let by_covariance = 2.0 * c / (a * b);
    // mean.y a - mean.x c, without the terms that cancel where the means are alike.
    let difference = m.means.y - m.means.x + inside * (shift.y - shift.x);
    let numerator = difference * (mean.y * (mean.x + mean.y) + C1);
    // Means as seen from the pixel in the middle of the window.
    let offset = m.means - missing * shift - pixels[(local.y + 5u) * 26u + local.x + 5u];
    by_mean[at] = open *
      (2.0 * d * numerator / (a * a * b) - 2.0 * offset.x * by_variance - offset.y * by_covariance);
    by_square[at] = open * by_variance;
    by_product[at] = open * by_covariance;
  }
}
