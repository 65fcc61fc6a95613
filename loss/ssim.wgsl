// map = (2 m1 m2 + C1)(2 s12 + C2) / ((m1 m1 + m2 m2 + C1)(s1 + s2 + C2)) of windowed means m and
// (co)variances s (Wang et al. 2004), zeros outside; one workgroup owns 16 x 16 pixels of a plane, a
// thread four of a column.
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
// Of each workgroup: sums of |img1 - img2| and of the map.
@group(0) @binding(7) var<storage, read_write> partials: array<vec2f>;
override MAP = true;
override GRADIENT = true;
override SUMS = false;
// Whether img1 is cut to [0, 1] first.
override CLAMP = false;

const C1 = 0.0001;
const C2 = 0.0009;

// Windowed sums of x1, x2, x1 x1, x2 x2 and x1 x2 at four pixels.
struct Moments { x: vec4f, y: vec4f, xx: vec4f, yy: vec4f, xy: vec4f }

var<workgroup> pixels: array<vec2f, 676>;
// Five planes of 26 rows of 16.
var<workgroup> rows: array<f32, 2080>;

fn pixel_at(at: u32) -> vec2f {
  return vec2f(select(img1[at], clamp(img1[at], 0.0, 1.0), CLAMP), img2[at]);
}

fn add_pixel(m: ptr<function, Moments>, tap: vec4f, at: u32) {
  let p = pixels[at];
  (*m).x += weigh(tap, p.x);
  (*m).y += weigh(tap, p.y);
  (*m).xx += weigh(tap, p.x * p.x);
  (*m).yy += weigh(tap, p.y * p.y);
  (*m).xy += weigh(tap, p.x * p.y);
}

fn add_row(m: ptr<function, Moments>, tap: vec4f, at: u32) {
  (*m).x += weigh(tap, rows[at]);
  (*m).y += weigh(tap, rows[at + 416u]);
  (*m).xx += weigh(tap, rows[at + 832u]);
  (*m).yy += weigh(tap, rows[at + 1248u]);
  (*m).xy += weigh(tap, rows[at + 1664u]);
}

fn no_moments() -> Moments {
  // Zeros spelled out: naga does not clear a variable again when a loop comes back to it.
  let zero = vec4f(0.0);
  return Moments(zero, zero, zero, zero, zero);
}

fn put_row(at: u32, sums: vec4f) {
  rows[at] = sums.x;
  rows[at + 1u] = sums.y;
  rows[at + 2u] = sums.z;
  rows[at + 3u] = sums.w;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let plane = group.z * u.width * u.height;
  let corner = vec2i(group.xy * 16u) - 5;
  // Variances do not change when a number is taken off all values, but cancel less: a value from
  // the middle of the tile serves for all of it.
  let middle = min(group.xy * 16u + 8u, vec2u(u.width, u.height) - 1u);
  let shift = pixel_at(plane + middle.y * u.width + middle.x);
  for (var i = lane; i < 676u; i += 64u) {
    let x = corner.x + i32(i % 26u);
    let y = corner.y + i32(i / 26u);
    var value = vec2f(0.0);
    if (x >= 0 && y >= 0 && x < i32(u.width) && y < i32(u.height)) {
      value = pixel_at(plane + u32(y) * u.width + u32(x)) - shift;
    }
    pixels[i] = value;
  }
  workgroupBarrier();
  for (var i = lane; i < 104u; i += 64u) {
    let at = i / 4u * 26u + i % 4u * 4u;
    var m = no_moments();
    add_pixel(&m, TAP0, at);
    add_pixel(&m, TAP1, at + 1u);
    add_pixel(&m, TAP2, at + 2u);
    add_pixel(&m, TAP3, at + 3u);
    add_pixel(&m, TAP4, at + 4u);
    add_pixel(&m, TAP5, at + 5u);
    add_pixel(&m, TAP6, at + 6u);
    add_pixel(&m, TAP7, at + 7u);
    add_pixel(&m, TAP8, at + 8u);
    add_pixel(&m, TAP9, at + 9u);
    add_pixel(&m, TAP10, at + 10u);
    add_pixel(&m, TAP11, at + 11u);
    add_pixel(&m, TAP12, at + 12u);
    add_pixel(&m, TAP13, at + 13u);
    put_row(4u * i, m.x);
    put_row(4u * i + 416u, m.y);
    put_row(4u * i + 832u, m.xx);
    put_row(4u * i + 1248u, m.yy);
    put_row(4u * i + 1664u, m.xy);
  }
  workgroupBarrier();
  let first = lane / 16u * 64u + lane % 16u;
  var m = no_moments();
  add_row(&m, TAP0, first);
  add_row(&m, TAP1, first + 16u);
  add_row(&m, TAP2, first + 32u);
  add_row(&m, TAP3, first + 48u);
  add_row(&m, TAP4, first + 64u);
  add_row(&m, TAP5, first + 80u);
  add_row(&m, TAP6, first + 96u);
  add_row(&m, TAP7, first + 112u);
  add_row(&m, TAP8, first + 128u);
  add_row(&m, TAP9, first + 144u);
  add_row(&m, TAP10, first + 160u);
  add_row(&m, TAP11, first + 176u);
  add_row(&m, TAP12, first + 192u);
  add_row(&m, TAP13, first + 208u);
  let x = group.x * 16u + lane % 16u;
  let y = group.y * 16u + lane / 16u * 4u;
  var sum = vec2f(0.0);
  for (var k = 0u; k < 4u; k++) {
    if (x >= u.width || y + k >= u.height) { break; }
    sum += compare(
      vec2f(m.x[k], m.y[k]),
      vec3f(m.xx[k], m.yy[k], m.xy[k]),
      vec2u(x, y + k),
      plane,
      shift,
      pixels[(lane / 16u * 4u + k + 5u) * 26u + lane % 16u + 5u],
    );
  }
  if (SUMS) {
    let difference = workgroup_sum(sum.x, lane);
    let similarity = workgroup_sum(sum.y, lane);
    if (lane == 0u) {
      partials[(group.z * groups.y + group.y) * groups.x + group.x] = vec2f(difference, similarity);
    }
  }
}

// What a pixel adds to the sums; its own values are counted from the shift like all the others.
fn compare(
  means: vec2f,
  products: vec3f,
  pixel: vec2u,
  plane: u32,
  shift: vec2f,
  own: vec2f,
) -> vec2f {
  // Back from the shifted values, with what the weights inside the picture lack to a sum of 1.
  let lack_x = lack(pixel.x, u.width);
  let lack_y = lack(pixel.y, u.height);
  let missing = lack_x + lack_y - lack_x * lack_y;
  let inside = 1.0 - missing;
  let mean = means + inside * shift;
  let variance = max(
    products.xy - means * means + missing * (2.0 * means + inside * shift) * shift,
    vec2f(0.0),
  );
  let covariance = products.z - means.x * means.y +
    missing * (shift.x * means.y + shift.y * means.x + inside * shift.x * shift.y);
  let a = dot(mean, mean) + C1;
  let b = variance.x + variance.y + C2;
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
  let x = pixel_at(at);
  return vec2f(abs(x.x - x.y), similarity);
}
